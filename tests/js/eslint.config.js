import js from "@eslint/js";

export default [
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "eqeqeq": "error",
      "max-len": ["error", { code: 120 }],
      "max-lines": ["error", 150],
      "no-implicit-coercion": ["error", { boolean: false }],
      "no-undef": "off", // TypeScript knows the names of the browser
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
    },
  },
];
