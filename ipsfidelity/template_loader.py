"""Loads templates once for each process: without indentation, and with constants rendered once for each language.

No element shows the indentation of our templates, and it would be an eighth to a third of a page. Line feeds stay: they
separate words, and errors name the lines of the file.

Most nodes of a page are such constants: mark-up, its sentences, addresses without arguments. Adjacent ones become one
node when a template is loaded. A node that reads a variable is never among them, so that no value is kept.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from django.template import Context, Node, NodeList, Origin, Template
from django.template.base import TextNode, TokenType, Variable
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode
from django.template.loaders import cached, filesystem
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class Files(filesystem.Loader):
    """Django's loader of the folders in the settings, without indentation."""

    def get_contents(self, origin: Origin) -> str:
        """Return the text of a template."""
        return INDENTATION.sub("", super().get_contents(origin))


class Loader(cached.Loader):
    """Django's caching loader, whose templates have their constants joined."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        is_new = self.cache_key(template_name, skip) not in self.get_template_cache
        template = super().get_template(template_name, skip)
        if is_new:
            join_constants(template.nodelist)
        return template


class Constants(Node):
    """Adjacent nodes that render the same whenever the language is the same."""

    child_nodelists = ()

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = NodeList(nodes)
        self.token, self.origin = nodes[0].token, nodes[0].origin
        self.rendered: dict[tuple[str | None, bool], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = get_language(), context.autoescape
        if key not in self.rendered:
            self.rendered[key] = self.nodes.render(context)
        return self.rendered[key]


def join_constants(nodes: NodeList) -> None:
    """Replace adjacent constants by one node, in a list and in all lists within."""
    for node in nodes:
        for inner in _lists_in(node):
            join_constants(inner)
    joined: list[Node] = []
    for constant, adjacent in groupby(list(nodes), is_constant):
        run = list(adjacent)
        joined += [Constants(run)] if constant and len(run) > 1 else run
    nodes[:] = joined


def _lists_in(node: Node) -> Iterator[NodeList]:
    if isinstance(node, IfNode):  # its attribute `nodelist` is a copy
        yield from (nodes for _condition, nodes in node.conditions_nodelists)
        return
    yield from (getattr(node, name) for name in node.child_nodelists if getattr(node, name, None))


def is_constant(node: Node) -> bool:
    """Return whether what a node renders depends on the language alone, and whether it sets no variable."""
    match node:
        case TextNode() | CommentNode() | LoadNode():
            return True
        case TranslateNode(asvar=None, message_context=None, filter_expression=text):
            return not text.filters and isinstance(text.var, Variable) and text.var.literal is not None
        case BlockTranslateNode(asvar=None, message_context=None, countervar=None, singular=tokens):
            return all(token.token_type is TokenType.TEXT for token in tokens)
        case StaticNode(varname=None, path=text):
            return not text.filters and isinstance(text.var, str)
        case URLNode(asvar=None, args=[], kwargs=kwargs, view_name=text) if not kwargs:
            return not text.filters and isinstance(text.var, str) and ":" not in text.var
    return False
