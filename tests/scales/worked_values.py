"""Worked values: observations and the scores that follow, derived by hand from the printed anchors.

The score is that of the highest anchor that is fully met. A printed band such as "60 - 74 %" starts at its good end
(60). A value between two bands (74.5 %, 20.5 clients, 3 contacts a week) gets the lower score, because the next anchor
is not yet fully met. Every boundary is listed from both sides, one tenth and one whole unit away, with decimals. A
condition ("cap") limits a score and never raises it. Where specialists are scored, each gets 1-5, the scores (never the
percentages or the contacts) are averaged, and a half is rounded up. An empty observation gives None. Rows marked
DISPUTED can be read in another way, which their comment explains.

WORKED is for the edition of version 0.2.0. CORRECTED has the rows in which the edition that replaces it differs, and
more rows on the same rules.
"""

WORKED: list[tuple[int, dict, int | None]] = [
    # item, observation, score
    # Item 1. "20 eller færre" 5, "21 – 25" 4, "26 – 30" 3, "31 – 40" 2, "41 eller flere" 1
    (1, {"amount": "0"}, 5),
    (1, {"amount": "1"}, 5),
    (1, {"amount": "19"}, 5),
    (1, {"amount": "19.9"}, 5),
    (1, {"amount": "20"}, 5),
    (1, {"amount": "20.0"}, 5),
    (1, {"amount": "20.1"}, 4),  # open gap 20-21: more than 20
    (1, {"amount": "20.5"}, 4),  # open gap 20-21
    (1, {"amount": "21"}, 4),
    (1, {"amount": "24"}, 4),
    (1, {"amount": "24.9"}, 4),
    (1, {"amount": "25"}, 4),
    (1, {"amount": "25.1"}, 3),  # open gap 25-26
    (1, {"amount": "26"}, 3),
    (1, {"amount": "29"}, 3),
    (1, {"amount": "29.9"}, 3),
    (1, {"amount": "30"}, 3),
    (1, {"amount": "30.1"}, 2),  # open gap 30-31
    (1, {"amount": "31"}, 2),
    (1, {"amount": "39"}, 2),
    (1, {"amount": "39.9"}, 2),
    (1, {"amount": "40"}, 2),
    (1, {"amount": "40.1"}, 1),  # open gap 40-41: more than 40
    (1, {"amount": "40.5"}, 1),  # open gap 40-41
    (1, {"amount": "41"}, 1),
    (1, {"amount": "1000"}, 1),
    (1, {}, None),  # nothing noted
    # Item 2. "96 % eller mer" 5, "90 – 95" 4, "75 – 89" 3, "60 – 74" 2, "mindre enn 60" 1
    (2, {"amount": "0"}, 1),
    (2, {"amount": "59"}, 1),
    (2, {"amount": "59.9"}, 1),
    (2, {"amount": "60"}, 2),
    (2, {"amount": "60.1"}, 2),
    (2, {"amount": "61"}, 2),
    (2, {"amount": "74"}, 2),
    (2, {"amount": "74.5"}, 2),  # open gap 74-75
    (2, {"amount": "74.9"}, 2),  # open gap 74-75
    (2, {"amount": "75"}, 3),
    (2, {"amount": "75.1"}, 3),
    (2, {"amount": "76"}, 3),
    (2, {"amount": "89"}, 3),
    (2, {"amount": "89.9"}, 3),  # open gap 89-90
    (2, {"amount": "90"}, 4),
    (2, {"amount": "90.1"}, 4),
    (2, {"amount": "91"}, 4),
    (2, {"amount": "95"}, 4),
    (2, {"amount": "95.5"}, 4),  # open gap 95-96
    (2, {"amount": "95.9"}, 4),  # open gap 95-96
    (2, {"amount": "96"}, 5),
    (2, {"amount": "96.1"}, 5),
    (2, {"amount": "97"}, 5),
    (2, {"amount": "100"}, 5),
    (2, {}, None),
    # Item 3. "alle seks fasene" 5, "fem faser" 4, "én til fire faser" 3, "har en portefølje, men henviser" 2, "henviser bare" 1
    (3, {"met": [1, 2, 3, 4, 5, 6]}, 5),
    (3, {"met": [1, 2, 3, 4, 5]}, 4),
    (3, {"met": [2, 3, 4, 5, 6]}, 4),
    (3, {"met": [1, 2, 4, 5, 6]}, 4),
    (3, {"met": [1, 2, 3, 4]}, 3),
    (3, {"met": [3, 4, 5, 6]}, 3),
    (3, {"met": [1, 4, 6]}, 3),
    (3, {"met": [2, 5]}, 3),
    (3, {"met": [1]}, 3),
    (3, {"met": [6]}, 3),
    (3, {"met": [], "none": True}, 1),  # open: the form does not mention "no phase and no referral"
    (3, {"met": []}, None),
    (3, {"met": [1, 2, 3, 4, 5, 6], "caps": ["refers_on"]}, 2),
    (3, {"met": [1, 2, 3, 4, 5], "caps": ["refers_on"]}, 2),
    (3, {"met": [1, 4], "caps": ["refers_on"]}, 2),
    (3, {"met": [4], "caps": ["refers_on"]}, 2),
    # DISPUTED: never raised, so 1; but anchor 2 ("har en portefølje, men henviser") taken by its words is met: 2
    (3, {"met": [], "none": True, "caps": ["refers_on"]}, 1),
    # DISPUTED: no phase would give 1, below the cap, so still open; by the words of anchor 2 it would be 2 at once
    (3, {"met": [], "caps": ["refers_on"]}, None),
    (3, {"met": [1, 2, 3, 4, 5, 6], "caps": ["only_refers"]}, 1),
    (3, {"met": [1, 2, 3, 4, 5], "caps": ["only_refers"]}, 1),
    (3, {"met": [2], "caps": ["only_refers"]}, 1),
    (3, {"met": [], "none": True, "caps": ["only_refers"]}, 1),
    (3, {"met": [], "caps": ["only_refers"]}, 1),  # it stays 1 with any phases
    (3, {"met": [1, 2, 3, 4, 5, 6], "caps": ["refers_on", "only_refers"]}, 1),
    (3, {"met": [1, 3], "caps": ["only_refers", "refers_on"]}, 1),
    (3, {"met": [], "caps": ["refers_on", "only_refers"]}, 1),  # the lower of the two decides
    # Item 4. "ett eller to ... team": "90–100 %" 5, "minst 75–89 %" 4, "minst 50–74 %" 3, "under 50 %" 2;
    # "tre eller flere" or "enkeltbehandlere" 2; "uavhengig av psykiske helsetjenester" 1
    (4, {"amount": "0"}, 2),  # no share gives 1; only independence does
    (4, {"amount": "1"}, 2),
    (4, {"amount": "49"}, 2),
    (4, {"amount": "49.9"}, 2),
    (4, {"amount": "50"}, 3),
    (4, {"amount": "50.1"}, 3),
    (4, {"amount": "51"}, 3),
    (4, {"amount": "74"}, 3),
    (4, {"amount": "74.5"}, 3),  # open gap 74-75
    (4, {"amount": "74.9"}, 3),  # open gap 74-75
    (4, {"amount": "75"}, 4),
    (4, {"amount": "75.1"}, 4),
    (4, {"amount": "76"}, 4),
    (4, {"amount": "89"}, 4),
    (4, {"amount": "89.9"}, 4),  # open gap 89-90
    (4, {"amount": "90"}, 5),
    (4, {"amount": "90.1"}, 5),
    (4, {"amount": "91"}, 5),
    (4, {"amount": "100"}, 5),
    (4, {}, None),
    (4, {"amount": "95", "caps": ["three_or_more_teams"]}, 2),
    (4, {"amount": "60", "caps": ["three_or_more_teams"]}, 2),
    (4, {"amount": "10", "caps": ["three_or_more_teams"]}, 2),
    (4, {"caps": ["three_or_more_teams"]}, 2),  # the worst share gives 2 as well
    (4, {"amount": "90", "caps": ["single_clinicians"]}, 2),
    (4, {"amount": "0", "caps": ["single_clinicians"]}, 2),
    (4, {"caps": ["single_clinicians"]}, 2),  # the worst share gives 2 as well
    (4, {"amount": "100", "caps": ["independent_programme"]}, 1),
    (4, {"amount": "78", "caps": ["independent_programme"]}, 1),
    (4, {"amount": "0", "caps": ["independent_programme"]}, 1),
    (4, {"caps": ["independent_programme"]}, 1),
    (4, {"amount": "92", "caps": ["three_or_more_teams", "single_clinicians"]}, 2),
    (4, {"caps": ["three_or_more_teams", "single_clinicians"]}, 2),
    (4, {"amount": "92", "caps": ["three_or_more_teams", "independent_programme"]}, 1),
    (4, {"amount": "40", "caps": ["independent_programme", "single_clinicians"]}, 1),
    (4, {"caps": ["single_clinicians", "independent_programme"]}, 1),
    (4, {"amount": "80", "caps": ["three_or_more_teams", "single_clinicians", "independent_programme"]}, 1),
    # Item 5. "Ett eller ingen" 1, "To" 2, "Tre" 3, "Fire" 4, "Fem er oppfylt" 5
    (5, {"met": [1, 2, 3, 4, 5]}, 5),
    (5, {"met": [1, 2, 3, 4]}, 4),
    (5, {"met": [2, 3, 4, 5]}, 4),
    (5, {"met": [1, 3, 5]}, 3),
    (5, {"met": [2, 4]}, 2),
    (5, {"met": [1]}, 1),
    (5, {"met": [5]}, 1),
    (5, {"met": [], "none": True}, 1),
    (5, {"met": []}, None),
    # Items 6, 7, 9, 12, 14, 22, 23 are judged and nothing is derived. Two of them represent all.
    (6, {}, None),
    (22, {}, None),
    # Item 8. "Ett eller ingen" 1, "To" 2, "Tre" 3, "Fire" 4, "Fem er oppfylt" 5
    (8, {"met": [1, 2, 3, 4, 5]}, 5),
    (8, {"met": [1, 2, 4, 5]}, 4),
    (8, {"met": [1, 2, 3]}, 3),
    (8, {"met": [3, 4, 5]}, 3),
    (8, {"met": [1, 5]}, 2),
    (8, {"met": [3]}, 1),
    (8, {"met": [], "none": True}, 1),
    (8, {"met": []}, None),
    # Item 10. "Ett eller ingen" 1, "To" 2, "Tre" 3, "Fire" 4, "Fem er oppfylt" 5
    (10, {"met": [1, 2, 3, 4, 5]}, 5),
    (10, {"met": [1, 3, 4, 5]}, 4),
    (10, {"met": [2, 3, 4]}, 3),
    (10, {"met": [1, 2]}, 2),
    (10, {"met": [4, 5]}, 2),
    (10, {"met": [4]}, 1),
    (10, {"met": [], "none": True}, 1),
    (10, {"met": []}, None),
    # Item 11. "Ett" 1, "To" 2, "Tre" 3, "Fire" 4, "Fem er oppfylt" 5; nothing is printed for none
    (11, {"met": [1, 2, 3, 4, 5]}, 5),
    (11, {"met": [1, 2, 3, 5]}, 4),
    (11, {"met": [1, 2, 5]}, 3),
    (11, {"met": [3, 4]}, 2),
    (11, {"met": [2]}, 1),
    (11, {"met": [5]}, 1),
    (11, {"met": [], "none": True}, 1),  # open in the form: there is no value below 1
    (11, {"met": []}, None),
    # Item 13 (four parts). "Ingen" 1, "Ett" 2, "To" 3, "Tre" 4, "Fire er oppfylt" 5
    (13, {"met": [1, 2, 3, 4]}, 5),
    (13, {"met": [1, 2, 3]}, 4),
    (13, {"met": [2, 3, 4]}, 4),
    (13, {"met": [1, 4]}, 3),
    (13, {"met": [2, 3]}, 3),
    (13, {"met": [1]}, 2),
    (13, {"met": [4]}, 2),
    (13, {"met": [], "none": True}, 1),
    (13, {"met": []}, None),
    # Item 15. "innen 30 dager" 5, "31 – 60" 4, "61 – 150" 3, "151 – 270" 2, "minst 271" 1
    (15, {"amount": "0"}, 5),
    (15, {"amount": "29"}, 5),
    (15, {"amount": "29.9"}, 5),
    (15, {"amount": "30"}, 5),
    (15, {"amount": "30.1"}, 4),  # open gap 30-31: not within 30 days
    (15, {"amount": "30.5"}, 4),  # open gap 30-31
    (15, {"amount": "31"}, 4),
    (15, {"amount": "59"}, 4),
    (15, {"amount": "59.9"}, 4),
    (15, {"amount": "60"}, 4),
    (15, {"amount": "60.1"}, 3),  # open gap 60-61
    (15, {"amount": "61"}, 3),
    (15, {"amount": "149"}, 3),
    (15, {"amount": "149.9"}, 3),
    (15, {"amount": "150"}, 3),
    (15, {"amount": "150.1"}, 2),  # open gap 150-151
    (15, {"amount": "151"}, 2),
    (15, {"amount": "269"}, 2),
    (15, {"amount": "269.9"}, 2),
    (15, {"amount": "270"}, 2),
    (15, {"amount": "270.1"}, 1),  # open gap 270-271
    (15, {"amount": "271"}, 1),
    (15, {"amount": "3650"}, 1),
    (15, {}, None),
    # Item 16. "90 – 100 %" 5 and "75 – 89 %" 4, both "i tråd med karriereplanene"; "50 – 74" 3, "25 – 49" 2, "Under 25" 1
    (16, {"amount": "0"}, 1),
    (16, {"amount": "24"}, 1),
    (16, {"amount": "24.9"}, 1),
    (16, {"amount": "25"}, 2),
    (16, {"amount": "25.1"}, 2),
    (16, {"amount": "26"}, 2),
    (16, {"amount": "49"}, 2),
    (16, {"amount": "49.9"}, 2),  # open gap 49-50
    (16, {"amount": "50"}, 3),
    (16, {"amount": "50.1"}, 3),
    (16, {"amount": "51"}, 3),
    (16, {"amount": "74"}, 3),
    (16, {"amount": "74.5"}, 3),  # open gap 74-75
    (16, {"amount": "74.9"}, 3),  # open gap 74-75
    (16, {"amount": "75"}, 4),
    (16, {"amount": "75.1"}, 4),
    (16, {"amount": "76"}, 4),
    (16, {"amount": "89"}, 4),
    (16, {"amount": "89.9"}, 4),  # open gap 89-90
    (16, {"amount": "90"}, 5),
    (16, {"amount": "90.1"}, 5),
    (16, {"amount": "91"}, 5),
    (16, {"amount": "100"}, 5),
    (16, {"amount": "100", "caps": ["not_in_line_with_plans"]}, 3),
    (16, {"amount": "90", "caps": ["not_in_line_with_plans"]}, 3),
    (16, {"amount": "75", "caps": ["not_in_line_with_plans"]}, 3),
    (16, {"amount": "60", "caps": ["not_in_line_with_plans"]}, 3),
    (16, {"amount": "50", "caps": ["not_in_line_with_plans"]}, 3),
    (16, {"amount": "49.9", "caps": ["not_in_line_with_plans"]}, 2),  # not raised to 3
    (16, {"amount": "25", "caps": ["not_in_line_with_plans"]}, 2),
    (16, {"amount": "10", "caps": ["not_in_line_with_plans"]}, 1),
    # Item 16, the last sentence of anchor 5: clients with a short work history are told of several kinds of job
    (16, {"amount": "100", "caps": ["not_told_of_several_jobs"]}, 4),
    (16, {"amount": "90", "caps": ["not_told_of_several_jobs"]}, 4),
    (16, {"amount": "89.9", "caps": ["not_told_of_several_jobs"]}, 4),
    (16, {"amount": "74.9", "caps": ["not_told_of_several_jobs"]}, 3),  # not raised to 4
    (16, {"amount": "95", "caps": ["not_told_of_several_jobs", "not_in_line_with_plans"]}, 3),
    (16, {"caps": ["not_told_of_several_jobs"]}, None),
    (16, {"caps": ["not_in_line_with_plans"]}, None),  # the share still decides between 1, 2 and 3
    (16, {}, None),
    # Item 17. "minst seks" 5 and "fem" 4, both reviewed "hver uke"; "fire", reviewed "hver måned" 3; "to" 2; "færre enn to" 1
    (17, {"specialists": {"A": {"amount": "0"}}}, 1),
    (17, {"specialists": {"A": {"amount": "1"}}}, 1),
    (17, {"specialists": {"A": {"amount": "1.9"}}}, 1),
    (17, {"specialists": {"A": {"amount": "2"}}}, 2),
    (17, {"specialists": {"A": {"amount": "2.1"}}}, 2),  # open gap 2-4
    (17, {"specialists": {"A": {"amount": "3"}}}, 2),  # open gap: no anchor names three; four is not reached
    (17, {"specialists": {"A": {"amount": "3.9"}}}, 2),  # open gap 2-4
    (17, {"specialists": {"A": {"amount": "4"}}}, 3),
    (17, {"specialists": {"A": {"amount": "4.1"}}}, 3),  # open gap 4-5
    (17, {"specialists": {"A": {"amount": "4.9"}}}, 3),  # open gap 4-5
    (17, {"specialists": {"A": {"amount": "5"}}}, 4),
    (17, {"specialists": {"A": {"amount": "5.1"}}}, 4),  # open gap 5-6
    (17, {"specialists": {"A": {"amount": "5.9"}}}, 4),  # open gap 5-6
    (17, {"specialists": {"A": {"amount": "6"}}}, 5),
    (17, {"specialists": {"A": {"amount": "6.1"}}}, 5),
    (17, {"specialists": {"A": {"amount": "7"}}}, 5),
    (17, {"specialists": {"A": {"amount": "60"}}}, 5),
    # Item 17, form reviewed monthly only: the anchors 4 and 5 ask for "hver uke", anchor 3 for "hver måned"
    (17, {"specialists": {"A": {"amount": "10", "caps": ["reviewed_monthly"]}}}, 3),
    (17, {"specialists": {"A": {"amount": "6", "caps": ["reviewed_monthly"]}}}, 3),
    (17, {"specialists": {"A": {"amount": "5", "caps": ["reviewed_monthly"]}}}, 3),
    (17, {"specialists": {"A": {"amount": "4", "caps": ["reviewed_monthly"]}}}, 3),
    (17, {"specialists": {"A": {"amount": "3.9", "caps": ["reviewed_monthly"]}}}, 2),  # four is not reached
    (17, {"specialists": {"A": {"amount": "2", "caps": ["reviewed_monthly"]}}}, 2),
    (17, {"specialists": {"A": {"amount": "1", "caps": ["reviewed_monthly"]}}}, 1),
    # Item 17, form never reviewed: the anchors 3-5 all ask for a review, anchor 2 for none
    (17, {"specialists": {"A": {"amount": "6", "caps": ["not_reviewed"]}}}, 2),
    (17, {"specialists": {"A": {"amount": "4", "caps": ["not_reviewed"]}}}, 2),
    (17, {"specialists": {"A": {"amount": "2", "caps": ["not_reviewed"]}}}, 2),
    (17, {"specialists": {"A": {"amount": "1.9", "caps": ["not_reviewed"]}}}, 1),
    # Item 17, "ikke noe system for å dokumentere" is in anchor 2
    (17, {"specialists": {"A": {"amount": "8", "caps": ["no_system"]}}}, 2),
    (17, {"specialists": {"A": {"amount": "5", "caps": ["no_system"]}}}, 2),
    (17, {"specialists": {"A": {"amount": "2", "caps": ["no_system"]}}}, 2),
    # DISPUTED: never raised, so 1 ("færre enn to"); the words of anchor 2 ("ELLER: ... ikke noe system") give 2
    (17, {"specialists": {"A": {"amount": "1", "caps": ["no_system"]}}}, 1),
    (17, {"specialists": {"A": {"amount": "0", "caps": ["no_system"]}}}, 1),  # DISPUTED: as the row above
    (17, {"specialists": {"A": {"amount": "6", "caps": ["reviewed_monthly", "no_system"]}}}, 2),
    (17, {"specialists": {"A": {"amount": "6", "caps": ["not_reviewed", "no_system"]}}}, 2),
    (17, {"specialists": {"A": {"amount": "5", "caps": ["reviewed_monthly", "not_reviewed"]}}}, 2),
    (17, {"specialists": {"A": {"amount": "7", "caps": ["reviewed_monthly", "not_reviewed", "no_system"]}}}, 2),
    (17, {"specialists": {"A": {"amount": "0", "caps": ["reviewed_monthly", "not_reviewed"]}}}, 1),
    (17, {"specialists": {"A": {"caps": ["reviewed_monthly"]}}}, None),  # contacts decide between 1, 2 and 3
    (17, {"specialists": {"A": {"caps": ["not_reviewed"]}}}, None),  # contacts decide between 1 and 2
    (17, {"specialists": {"A": {"caps": ["no_system"]}}}, None),  # DISPUTED: as 1 contact without a system, above
    # Item 17, "to henvendelser ganget med antall arbeidssøkende klienter" when these are "færre enn tre": anchor 5 only
    (17, {"specialists": {"A": {"amount": "4", "alternative": "2"}}}, 5),  # 2 x 2 = 4
    (17, {"specialists": {"A": {"amount": "4.1", "alternative": "2"}}}, 5),
    (17, {"specialists": {"A": {"amount": "5", "alternative": "2"}}}, 5),
    (17, {"specialists": {"A": {"amount": "3.9", "alternative": "2"}}}, 2),  # 4 not reached
    (17, {"specialists": {"A": {"amount": "3", "alternative": "2"}}}, 2),  # 4 not reached
    (17, {"specialists": {"A": {"amount": "1", "alternative": "2"}}}, 1),
    (17, {"specialists": {"A": {"amount": "2", "alternative": "1"}}}, 5),  # 2 x 1 = 2
    (17, {"specialists": {"A": {"amount": "3", "alternative": "1"}}}, 5),
    (17, {"specialists": {"A": {"amount": "1.9", "alternative": "1"}}}, 1),  # 2 not reached
    (17, {"specialists": {"A": {"amount": "0", "alternative": "1"}}}, 1),
    (
        17,
        {"specialists": {"A": {"amount": "0", "alternative": "0"}}},
        1,
    ),  # the exception applies to few job seekers, not to none
    (
        17,
        {"specialists": {"A": {"amount": "4", "alternative": "3"}}},
        3,
    ),  # three job seekers are not "fewer than three"
    (17, {"specialists": {"A": {"amount": "5", "alternative": "3"}}}, 4),
    (17, {"specialists": {"A": {"amount": "5.9", "alternative": "3"}}}, 4),
    (17, {"specialists": {"A": {"amount": "6", "alternative": "3"}}}, 5),
    (
        17,
        {"specialists": {"A": {"amount": "6", "alternative": "20"}}},
        5,
    ),  # six is enough for any number of job seekers
    (17, {"specialists": {"A": {"amount": "4", "alternative": "20"}}}, 3),
    (
        17,
        {"specialists": {"A": {"amount": "4", "alternative": "2", "caps": ["reviewed_monthly"]}}},
        3,
    ),  # anchor 3: four
    (17, {"specialists": {"A": {"amount": "4", "alternative": "1", "caps": ["reviewed_monthly"]}}}, 3),
    # DISPUTED: anchor 5 fails (weekly), 4 and 3 fail (five, four contacts), 2 is met. "5, at most 3" would give 3,
    # but the few job seekers stand in anchor 5 only
    (17, {"specialists": {"A": {"amount": "2", "alternative": "1", "caps": ["reviewed_monthly"]}}}, 2),
    (
        17,
        {"specialists": {"A": {"amount": "3", "alternative": "1", "caps": ["reviewed_monthly"]}}},
        2,
    ),  # DISPUTED: same
    (17, {"specialists": {"A": {"amount": "4", "alternative": "2", "caps": ["not_reviewed"]}}}, 2),
    (17, {"specialists": {"A": {"amount": "2", "alternative": "1", "caps": ["no_system"]}}}, 2),
    # Item 17, own scores and several specialists: "regn deretter ut gjennomsnittet, og rund av til nærmeste verdi"
    (17, {"specialists": {"A": {"score": 4}}}, 4),
    (17, {"specialists": {"A": {"amount": "6"}, "B": {"amount": "6"}}}, 5),
    (17, {"specialists": {"A": {"amount": "6"}, "B": {"amount": "5"}}}, 5),  # 5+4: 4.5, a tie
    (17, {"specialists": {"A": {"amount": "5"}, "B": {"amount": "4"}}}, 4),  # 4+3: 3.5, a tie
    (17, {"specialists": {"A": {"amount": "4"}, "B": {"amount": "3"}}}, 3),  # 3+2: 2.5, a tie
    (17, {"specialists": {"A": {"amount": "2"}, "B": {"amount": "1"}}}, 2),  # 2+1: 1.5, a tie
    (
        17,
        {"specialists": {"A": {"amount": "10"}, "B": {"amount": "1"}}},
        3,
    ),  # 5+1: 3.0; 5.5 contacts on average would be 4
    (
        17,
        {"specialists": {"A": {"amount": "6"}, "B": {"amount": "3", "caps": ["reviewed_monthly"]}, "C": {"score": 4}}},
        4,
    ),  # 5+2+4: 3.67
    (
        17,
        {"specialists": {"A": {"amount": "6"}, "B": {"amount": "6", "caps": ["reviewed_monthly"]}, "C": {"score": 2}}},
        3,
    ),  # 5+3+2: 3.33
    (17, {"specialists": {"A": {"amount": "4"}, "B": {"amount": "4"}, "C": {"amount": "5"}}}, 3),  # 3+3+4: 3.33
    (17, {"specialists": {"A": {"amount": "5"}, "B": {"amount": "5"}, "C": {"amount": "4"}}}, 4),  # 4+4+3: 3.67
    (
        17,
        {"specialists": {"A": {"amount": "4", "alternative": "2"}, "B": {"amount": "4"}, "C": {"amount": "4"}}},
        4,
    ),  # 5+3+3: 3.67
    (
        17,
        {"specialists": {"A": {"amount": "6"}, "B": {"amount": "5"}, "C": {"amount": "4"}, "D": {"amount": "2"}}},
        4,
    ),  # 5+4+3+2: 3.5, a tie
    (
        17,
        {
            "specialists": {
                "A": {"amount": "6", "caps": ["no_system"]},
                "B": {"amount": "6", "caps": ["not_reviewed"]},
                "C": {"score": 3},
                "D": {"score": 3},
            }
        },
        3,
    ),  # 2+2+3+3: 2.5, a tie
    (
        17,
        {
            "specialists": {
                "A": {"amount": "6"},
                "B": {"amount": "6"},
                "C": {"amount": "6"},
                "D": {"amount": "5"},
                "E": {"score": 1},
            }
        },
        4,
    ),  # 5+5+5+4+1 = 20: 4.0
    (
        17,
        {
            "specialists": {
                "A": {"amount": "6"},
                "B": {"amount": "6"},
                "C": {"amount": "6"},
                "D": {"amount": "5"},
                "E": {"amount": "5"},
                "F": {"amount": "5"},
            }
        },
        5,
    ),  # 27/6: 4.5, a tie
    (
        17,
        {
            "specialists": {
                "A": {"amount": "6"},
                "B": {"amount": "6"},
                "C": {"amount": "5"},
                "D": {"amount": "5"},
                "E": {"amount": "5"},
                "F": {"amount": "5"},
            }
        },
        4,
    ),  # 26/6: 4.33
    (
        17,
        {
            "specialists": {
                "A": {"amount": "0"},
                "B": {"amount": "1"},
                "C": {"amount": "2"},
                "D": {"amount": "3"},
                "E": {"amount": "4"},
                "F": {"score": 5},
            }
        },
        2,
    ),  # 1+1+2+2+3+5 = 14: 2.33
    (17, {"specialists": {"A": {"amount": "6"}, "B": {}}}, None),  # B has no value
    (
        17,
        {"specialists": {"A": {"score": 5}, "B": {"score": 5}, "C": {"caps": ["no_system"]}}},
        None,
    ),  # C's contacts are missing
    (17, {"specialists": {"A": {"alternative": "2"}}}, None),  # no contacts noted
    # Item 18. Judged for each specialist; "regn deretter ut gjennomsnittet, og rund av til nærmeste verdi"
    (18, {"specialists": {"A": {"score": 1}}}, 1),
    (18, {"specialists": {"A": {"score": 2}}}, 2),
    (18, {"specialists": {"A": {"score": 3}}}, 3),
    (18, {"specialists": {"A": {"score": 4}}}, 4),
    (18, {"specialists": {"A": {"score": 5}}}, 5),
    (18, {"specialists": {"A": {"score": 1}, "B": {"score": 2}}}, 2),  # 1.5, a tie
    (18, {"specialists": {"A": {"score": 2}, "B": {"score": 3}}}, 3),  # 2.5, a tie
    (18, {"specialists": {"A": {"score": 3}, "B": {"score": 4}}}, 4),  # 3.5, a tie
    (18, {"specialists": {"A": {"score": 4}, "B": {"score": 5}}}, 5),  # 4.5, a tie
    (18, {"specialists": {"A": {"score": 5}, "B": {"score": 1}}}, 3),
    (18, {"specialists": {"A": {"score": 1}, "B": {"score": 4}}}, 3),  # 2.5, a tie
    (18, {"specialists": {"A": {"score": 3}, "B": {"score": 3}, "C": {"score": 4}}}, 3),  # 3.33
    (18, {"specialists": {"A": {"score": 3}, "B": {"score": 4}, "C": {"score": 4}}}, 4),  # 3.67
    (18, {"specialists": {"A": {"score": 1}, "B": {"score": 1}, "C": {"score": 2}}}, 1),  # 1.33
    (18, {"specialists": {"A": {"score": 5}, "B": {"score": 5}, "C": {"score": 4}}}, 5),  # 4.67
    (18, {"specialists": {"A": {"score": 5}, "B": {"score": 4}, "C": {"score": 4}, "D": {"score": 4}}}, 4),  # 4.25
    (
        18,
        {"specialists": {"A": {"score": 5}, "B": {"score": 5}, "C": {"score": 4}, "D": {"score": 4}}},
        5,
    ),  # 4.5, a tie
    (18, {"specialists": {"A": {"score": 2}, "B": {"score": 3}, "C": {"score": 3}, "D": {"score": 3}}}, 3),  # 2.75
    (
        18,
        {
            "specialists": {
                "A": {"score": 2},
                "B": {"score": 2},
                "C": {"score": 2},
                "D": {"score": 3},
                "E": {"score": 3},
            }
        },
        2,
    ),  # 12/5: 2.4
    (
        18,
        {
            "specialists": {
                "A": {"score": 2},
                "B": {"score": 2},
                "C": {"score": 3},
                "D": {"score": 3},
                "E": {"score": 3},
            }
        },
        3,
    ),  # 13/5: 2.6
    (
        18,
        {
            "specialists": {
                "A": {"score": 1},
                "B": {"score": 2},
                "C": {"score": 3},
                "D": {"score": 4},
                "E": {"score": 5},
                "F": {"score": 5},
            }
        },
        3,
    ),  # 20/6: 3.33
    (
        18,
        {
            "specialists": {
                "A": {"score": 1},
                "B": {"score": 2},
                "C": {"score": 4},
                "D": {"score": 4},
                "E": {"score": 5},
                "F": {"score": 5},
            }
        },
        4,
    ),  # 21/6: 3.5, a tie
    (
        18,
        {
            "specialists": {
                "A": {"score": 2},
                "B": {"score": 2},
                "C": {"score": 2},
                "D": {"score": 3},
                "E": {"score": 3},
                "F": {"score": 3},
            }
        },
        3,
    ),  # 15/6: 2.5, a tie
    (18, {"specialists": {"A": {"score": 4}, "B": {}}}, None),  # B has no value
    (18, {"specialists": {}}, None),  # no specialist noted
    # Item 19. "85 – 100 %" 5, "70 – 84" 4, "60 – 69" 3, "50 – 59" 2, "mindre enn 50" 1
    (19, {"amount": "0"}, 1),
    (19, {"amount": "49"}, 1),
    (19, {"amount": "49.9"}, 1),
    (19, {"amount": "50"}, 2),
    (19, {"amount": "50.1"}, 2),
    (19, {"amount": "51"}, 2),
    (19, {"amount": "59"}, 2),
    (19, {"amount": "59.5"}, 2),  # open gap 59-60
    (19, {"amount": "59.9"}, 2),  # open gap 59-60
    (19, {"amount": "60"}, 3),
    (19, {"amount": "60.1"}, 3),
    (19, {"amount": "61"}, 3),
    (19, {"amount": "69"}, 3),
    (19, {"amount": "69.9"}, 3),  # open gap 69-70
    (19, {"amount": "70"}, 4),
    (19, {"amount": "70.1"}, 4),
    (19, {"amount": "71"}, 4),
    (19, {"amount": "84"}, 4),
    (19, {"amount": "84.5"}, 4),  # open gap 84-85
    (19, {"amount": "84.9"}, 4),  # open gap 84-85
    (19, {"amount": "85"}, 5),
    (19, {"amount": "85.1"}, 5),
    (19, {"amount": "86"}, 5),
    (19, {"amount": "100"}, 5),
    (19, {}, None),
    # Item 20. "85 – 100 %" 5, "70 – 84" 4, "60 – 69" 3, "50 – 59" 2, "mindre enn 50" 1
    (20, {"amount": "0"}, 1),
    (20, {"amount": "49"}, 1),
    (20, {"amount": "49.9"}, 1),
    (20, {"amount": "50"}, 2),
    (20, {"amount": "50.1"}, 2),
    (20, {"amount": "51"}, 2),
    (20, {"amount": "59"}, 2),
    (20, {"amount": "59.9"}, 2),  # open gap 59-60
    (20, {"amount": "60"}, 3),
    (20, {"amount": "60.1"}, 3),
    (20, {"amount": "61"}, 3),
    (20, {"amount": "69"}, 3),
    (20, {"amount": "69.5"}, 3),  # open gap 69-70
    (20, {"amount": "69.9"}, 3),  # open gap 69-70
    (20, {"amount": "70"}, 4),
    (20, {"amount": "70.1"}, 4),
    (20, {"amount": "71"}, 4),
    (20, {"amount": "84"}, 4),
    (20, {"amount": "84.9"}, 4),  # open gap 84-85
    (20, {"amount": "85"}, 5),
    (20, {"amount": "85.1"}, 5),
    (20, {"amount": "86"}, 5),
    (20, {"amount": "100"}, 5),
    (20, {}, None),
    # Item 21. "Minst 95 %" 5, "85 – 94" 4, "75 – 84" 3, "65 – 74" 2, "mindre enn 64" or "færre enn 10 jobber" 1
    (21, {"amount": "0"}, 1),
    (21, {"amount": "63"}, 1),
    (21, {"amount": "63.9"}, 1),
    (21, {"amount": "64"}, 1),  # open gap: neither "mindre enn 64" nor "65 – 74"; 65 is not reached
    (21, {"amount": "64.1"}, 1),  # open gap 64-65
    (21, {"amount": "64.5"}, 1),  # open gap 64-65
    (21, {"amount": "64.9"}, 1),  # open gap 64-65
    (21, {"amount": "65"}, 2),
    (21, {"amount": "65.1"}, 2),
    (21, {"amount": "66"}, 2),
    (21, {"amount": "74"}, 2),
    (21, {"amount": "74.5"}, 2),  # open gap 74-75
    (21, {"amount": "74.9"}, 2),  # open gap 74-75
    (21, {"amount": "75"}, 3),
    (21, {"amount": "75.1"}, 3),
    (21, {"amount": "76"}, 3),
    (21, {"amount": "84"}, 3),
    (21, {"amount": "84.9"}, 3),  # open gap 84-85
    (21, {"amount": "85"}, 4),
    (21, {"amount": "85.1"}, 4),
    (21, {"amount": "86"}, 4),
    (21, {"amount": "94"}, 4),
    (21, {"amount": "94.9"}, 4),  # open gap 94-95
    (21, {"amount": "95"}, 5),
    (21, {"amount": "95.1"}, 5),
    (21, {"amount": "96"}, 5),
    (21, {"amount": "100"}, 5),
    (21, {"amount": "100", "caps": ["fewer_than_ten_jobs"]}, 1),
    (21, {"amount": "95", "caps": ["fewer_than_ten_jobs"]}, 1),
    (21, {"amount": "80", "caps": ["fewer_than_ten_jobs"]}, 1),
    (21, {"amount": "65", "caps": ["fewer_than_ten_jobs"]}, 1),
    (21, {"amount": "0", "caps": ["fewer_than_ten_jobs"]}, 1),
    (21, {"caps": ["fewer_than_ten_jobs"]}, 1),  # it stays 1 with any share
    (21, {}, None),
    # Item 24. "minst 65 %" 5, "50–64" 4, "40–49" 3, "30–39" 2, "30 % eller mindre" 1
    (24, {"specialists": {"A": {"amount": "0"}}}, 1),
    (24, {"specialists": {"A": {"amount": "29"}}}, 1),
    (24, {"specialists": {"A": {"amount": "29.9"}}}, 1),
    (24, {"specialists": {"A": {"amount": "30"}}}, 2),  # overlap: anchors 1 and 2 both hold, the higher one counts
    (24, {"specialists": {"A": {"amount": "30.1"}}}, 2),
    (24, {"specialists": {"A": {"amount": "31"}}}, 2),
    (24, {"specialists": {"A": {"amount": "39"}}}, 2),
    (24, {"specialists": {"A": {"amount": "39.9"}}}, 2),  # open gap 39-40
    (24, {"specialists": {"A": {"amount": "40"}}}, 3),
    (24, {"specialists": {"A": {"amount": "40.1"}}}, 3),
    (24, {"specialists": {"A": {"amount": "41"}}}, 3),
    (24, {"specialists": {"A": {"amount": "49"}}}, 3),
    (24, {"specialists": {"A": {"amount": "49.9"}}}, 3),  # open gap 49-50
    (24, {"specialists": {"A": {"amount": "50"}}}, 4),
    (24, {"specialists": {"A": {"amount": "50.1"}}}, 4),
    (24, {"specialists": {"A": {"amount": "51"}}}, 4),
    (24, {"specialists": {"A": {"amount": "64"}}}, 4),
    (24, {"specialists": {"A": {"amount": "64.5"}}}, 4),  # open gap 64-65
    (24, {"specialists": {"A": {"amount": "64.9"}}}, 4),  # open gap 64-65
    (24, {"specialists": {"A": {"amount": "65"}}}, 5),
    (24, {"specialists": {"A": {"amount": "65.1"}}}, 5),
    (24, {"specialists": {"A": {"amount": "66"}}}, 5),
    (24, {"specialists": {"A": {"amount": "100"}}}, 5),
    # Item 24 from hours, compared exactly: the limits of a 37.5-hour week are 11.25, 15, 18.75 and 24.375 hours
    (24, {"specialists": {"A": {"whole": "37.5", "part": "0"}}}, 1),
    (24, {"specialists": {"A": {"whole": "37.5", "part": "11.24"}}}, 1),  # 29.97 %
    (24, {"specialists": {"A": {"whole": "37.5", "part": "11.25"}}}, 2),  # 30 % exactly
    (24, {"specialists": {"A": {"whole": "37.5", "part": "14.99"}}}, 2),  # 39.97 %, never rounded to 40
    (24, {"specialists": {"A": {"whole": "37.5", "part": "15"}}}, 3),  # 40 % exactly
    (24, {"specialists": {"A": {"whole": "37.5", "part": "18.74"}}}, 3),  # 49.97 %
    (24, {"specialists": {"A": {"whole": "37.5", "part": "18.75"}}}, 4),  # 50 % exactly
    (24, {"specialists": {"A": {"whole": "37.5", "part": "20"}}}, 4),  # 53.33 %
    (24, {"specialists": {"A": {"whole": "37.5", "part": "24.37"}}}, 4),  # 64.99 %, never rounded to 65
    (24, {"specialists": {"A": {"whole": "37.5", "part": "24.375"}}}, 5),  # 65 % exactly
    (24, {"specialists": {"A": {"whole": "37.5", "part": "37.5"}}}, 5),  # 100 %
    (24, {"specialists": {"A": {"whole": "37", "part": "11.1"}}}, 2),  # 30 % exactly (37 x 0.3 = 11.1)
    (24, {"specialists": {"A": {"whole": "37", "part": "14.8"}}}, 3),  # 40 % exactly (37 x 0.4 = 14.8)
    (24, {"specialists": {"A": {"whole": "37", "part": "24.05"}}}, 5),  # 65 % exactly (37 x 0.65 = 24.05)
    (24, {"specialists": {"A": {"whole": "30", "part": "19.5"}}}, 5),  # 65 % exactly
    (24, {"specialists": {"A": {"whole": "30", "part": "19.4"}}}, 4),  # 64.67 %
    (24, {"specialists": {"A": {"whole": "30", "part": "10"}}}, 2),  # 33.33 %
    (24, {"specialists": {"A": {"whole": "20", "part": "13"}}}, 5),  # 65 % exactly, part-time
    (24, {"specialists": {"A": {"whole": "7.5", "part": "3"}}}, 3),  # 40 % exactly
    # Item 24, several specialists: "regn deretter ut gjennomsnittet, og rund av til nærmeste verdi"
    (24, {"specialists": {"A": {"score": 2}}}, 2),
    (24, {"specialists": {"A": {"amount": "30"}, "B": {"amount": "29.9"}}}, 2),  # 2+1: 1.5, a tie
    (24, {"specialists": {"A": {"amount": "40"}, "B": {"amount": "30"}}}, 3),  # 3+2: 2.5, a tie
    (24, {"specialists": {"A": {"amount": "50"}, "B": {"amount": "40"}}}, 4),  # 4+3: 3.5, a tie
    (24, {"specialists": {"A": {"amount": "65"}, "B": {"amount": "64"}}}, 5),  # 5+4: 4.5, a tie
    (24, {"specialists": {"A": {"amount": "100"}, "B": {"amount": "0"}}}, 3),  # 5+1: 3.0; 50 % on average would be 4
    (
        24,
        {"specialists": {"A": {"amount": "64"}, "B": {"amount": "64"}, "C": {"amount": "100"}}},
        4,
    ),  # 4+4+5: 4.33; 76 % on average would be 5
    (24, {"specialists": {"A": {"amount": "45"}, "B": {"amount": "45"}, "C": {"amount": "55"}}}, 3),  # 3+3+4: 3.33
    (24, {"specialists": {"A": {"amount": "45"}, "B": {"amount": "55"}, "C": {"amount": "55"}}}, 4),  # 3+4+4: 3.67
    (24, {"specialists": {"A": {"whole": "37.5", "part": "20"}, "B": {"score": 5}}}, 5),  # 4+5: 4.5, a tie
    (
        24,
        {"specialists": {"A": {"whole": "37.5", "part": "20"}, "B": {"amount": "35"}, "C": {"score": 4}}},
        3,
    ),  # 4+2+4: 3.33
    (
        24,
        {"specialists": {"A": {"whole": "20", "part": "13"}, "B": {"amount": "30"}, "C": {"score": 4}}},
        4,
    ),  # 5+2+4: 3.67
    (
        24,
        {"specialists": {"A": {"amount": "70"}, "B": {"amount": "50"}, "C": {"amount": "40"}, "D": {"amount": "30"}}},
        4,
    ),  # 5+4+3+2: 3.5, a tie
    (
        24,
        {"specialists": {"A": {"amount": "70"}, "B": {"amount": "39.9"}, "C": {"amount": "40"}, "D": {"amount": "39"}}},
        3,
    ),  # 5+2+3+2: 3.0
    (
        24,
        {
            "specialists": {
                "A": {"amount": "0"},
                "B": {"amount": "20"},
                "C": {"amount": "30"},
                "D": {"amount": "40"},
                "E": {"amount": "50"},
            }
        },
        2,
    ),  # 1+1+2+3+4 = 11: 2.2
    (
        24,
        {
            "specialists": {
                "A": {"score": 2},
                "B": {"score": 2},
                "C": {"amount": "35"},
                "D": {"amount": "45"},
                "E": {"amount": "45"},
                "F": {"score": 3},
            }
        },
        3,
    ),  # 15/6: 2.5, a tie
    (
        24,
        {
            "specialists": {
                "A": {"amount": "80"},
                "B": {"amount": "65"},
                "C": {"amount": "50"},
                "D": {"amount": "50"},
                "E": {"amount": "30"},
                "F": {"whole": "40", "part": "10"},
            }
        },
        4,
    ),  # 5+5+4+4+2+1 = 21: 3.5, a tie
    (
        24,
        {
            "specialists": {
                "A": {"amount": "80"},
                "B": {"amount": "65"},
                "C": {"amount": "50"},
                "D": {"amount": "40"},
                "E": {"amount": "30"},
                "F": {"whole": "40", "part": "10"},
            }
        },
        3,
    ),  # 5+5+4+3+2+1 = 20: 3.33
    (24, {"specialists": {"A": {"amount": "70"}, "B": {}}}, None),  # B has no value
    (24, {"specialists": {"A": {"whole": "37.5"}}}, None),  # hours in the community are missing
    (24, {"specialists": {"A": {"score": 5}, "B": {"amount": "50"}, "C": {}}}, None),  # C has no value
    # Item 25 (six strategies). "to eller færre" 1, "tre" 2, "fire" 3, "fem" 4, "alle seks" 5
    (25, {"met": [1, 2, 3, 4, 5, 6]}, 5),
    (25, {"met": [1, 2, 3, 4, 5]}, 4),
    (25, {"met": [2, 3, 4, 5, 6]}, 4),
    (25, {"met": [1, 2, 3, 4]}, 3),
    (25, {"met": [1, 3, 4, 6]}, 3),
    (25, {"met": [1, 3, 5]}, 2),
    (25, {"met": [4, 5, 6]}, 2),
    (25, {"met": [1, 2]}, 1),
    (25, {"met": [5, 6]}, 1),
    (25, {"met": [3]}, 1),
    (25, {"met": [], "none": True}, 1),
    (25, {"met": []}, None),
]

CORRECTED: list[tuple[int, dict, int | None]] = [
    # Item 3. "har en portefølje, men henviser" asks for no phase: 2. "henviser bare" is 1 whatever else is noted
    (3, {"met": [], "none": True, "caps": ["refers_on"]}, 2),
    (3, {"met": [], "caps": ["refers_on"]}, 2),
    (3, {"caps": ["refers_on"]}, 2),
    (3, {"met": [6], "caps": ["refers_on"]}, 2),
    (3, {"met": [1, 2, 3, 4, 5, 6], "caps": ["refers_on"]}, 2),
    (3, {"caps": ["only_refers"]}, 1),
    (3, {"met": [], "none": True, "caps": ["only_refers"]}, 1),
    (3, {"met": [], "none": True, "caps": ["refers_on", "only_refers"]}, 1),  # keeping no caseload decides
    (3, {"caps": ["only_refers", "refers_on"]}, 1),
    (3, {"met": [], "none": True}, 1),  # open: printed nowhere
    (3, {"met": []}, None),
    (3, {}, None),
    # Item 17, fewer than three job seekers: twice their number, exactly
    (17, {"specialists": {"A": {"amount": "3", "alternative": "1.5"}}}, 5),
    (17, {"specialists": {"A": {"amount": "2.99", "alternative": "1.5"}}}, 2),
    (17, {"specialists": {"A": {"amount": "2.5", "alternative": "1.25"}}}, 5),
    (17, {"specialists": {"A": {"amount": "2.49", "alternative": "1.25"}}}, 2),  # rounded down, 2 would be enough
    (17, {"specialists": {"A": {"amount": "2", "alternative": "1.25"}}}, 2),
    (17, {"specialists": {"A": {"amount": "1", "alternative": "0.5"}}}, 5),
    (17, {"specialists": {"A": {"amount": "0", "alternative": "0.25"}}}, 1),  # 0.5 not reached
    (17, {"specialists": {"A": {"amount": "5.98", "alternative": "2.99"}}}, 5),
    (17, {"specialists": {"A": {"amount": "5.97", "alternative": "2.99"}}}, 4),
    (17, {"specialists": {"A": {"amount": "5.97", "alternative": "3"}}}, 4),
    # Item 17, without job seekers: no score, and left out of the mean
    (17, {"specialists": {"A": {"amount": "0", "alternative": "0"}}}, None),
    (17, {"specialists": {"A": {"alternative": "0"}}}, None),
    (17, {"specialists": {"A": {"amount": "6", "alternative": "0"}}}, None),
    (17, {"specialists": {"A": {"alternative": "0", "caps": ["no_system"]}}}, None),
    (17, {"specialists": {"A": {"alternative": "0"}, "B": {"alternative": "0.0"}}}, None),
    (17, {"specialists": {"A": {"amount": "0", "alternative": "0"}, "B": {"amount": "6"}}}, 5),
    (17, {"specialists": {"A": {"alternative": "0"}, "B": {"amount": "6"}, "C": {"amount": "3"}}}, 4),  # 5+2: 3.5
    (17, {"specialists": {"A": {"alternative": "0"}, "B": {}}}, None),  # B has no value yet
    (17, {"specialists": {"A": {"score": 1, "alternative": "0"}, "B": {"amount": "6"}}}, 3),  # 1+5: scored by hand
]
