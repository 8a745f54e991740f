MONTH_DAY_FORMAT = "j. E"  # Django has the nominative here: "17. marraskuu"
