"""Access: every address, as every member of the cast. A test fails if an address is missing here."""

import re
from copy import deepcopy
from html import unescape
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from reviews.actionplan.services import ActionFields, add_action
from reviews.conduct.cancelling import cancel
from reviews.conduct.changing_plans import plan_version
from reviews.exports.files import ask_for_file
from reviews.exports.making import make_file
from reviews.exports.selection import Selection
from reviews.imports.services import queue_import
from reviews.imports.uploads import store_upload
from reviews.models import ExportFile, Organisation, Rating, Review, Upload
from reviews.overview.joining import join
from reviews.people.invitations import invite
from reviews.schedule.calendar_feed import make_feed
from reviews.schedule.timeline import add_step
from reviews.workflow import Role
from scales.models import GuideEdition
from tests.builders import World, answer, build_world, fresh, hold_interview, instrument, rate, remark
from tests.import_files import csv_file, import_one, row_of

pytestmark = pytest.mark.django_db

CAST = ("nobody", "evaluator", "colleague", "coordinator", "team_leader", "other_leader", "stranger", "admin")
Row = tuple[int, ...]

# Statuses in the order of CAST. For "nobody", 302 redirects to the sign-in page. 404 means "may not know", 403 "may not
# act", 409 "wrong state", 405 "method not allowed". `colleague` does not take part in the final review.
EVERYONE: Row = (302, *[200] * 7)
NO_POST: Row = (302, *[405] * 7)
OPEN: Row = (302, 200, 200, 200, 404, 404, 404, 404)
DRAFT: Row = (302, 200, 200, 200, 200, 404, 404, 404)
FINAL: Row = (302, 200, 404, 200, 200, 404, 404, 404)
TO_SCORE: Row = (302, 200, 200, 403, 404, 404, 404, 404)
TO_SAVE: Row = (302, 422, 422, 403, 404, 404, 404, 404)
TO_SIGN: Row = (302, 200, 200, 403, 403, 404, 404, 404)
HANDED_OUT: Row = (302, 409, 409, 403, 403, 404, 404, 404)
CLOSED: Row = (302, 409, 404, 403, 403, 404, 404, 404)
TO_INTERVIEW: Row = (302, 200, 200, 403, 403, 404, 404, 404)  # only the evaluators
INTERVIEWED: Row = (302, 200, 404, 403, 403, 404, 404, 404)
KEEPERS: Row = (302, 404, 404, 200, 404, 404, 404, 200)
KEEPERS_WRITE: Row = (302, 404, 404, 422, 404, 404, 404, 422)
SIGNED_OUT_ONLY: Row = (200, *[302] * 7)
PUBLIC: Row = (200,) * 8
ELSEWHERE: Row = (302,) * 8  # redirected: to sign in, to confirm, or to a required page
OWN: Row = (302, *[200] * 7)
ADMINISTRATORS: Row = (302, *[403] * 6, 200)
ADMIN_ONLY: Row = (302, 302, 302, 302, 302, 302, 302, 200)

TO_JOIN: Row = (302, 403, 403, 200, 403, 404, 404, 404)
JOINED: Row = (302, 302, 302, 302, 302, 404, 404, 404)  # redirected: to sign in, to the other organisation

TABLE: dict[tuple[str, str], tuple[Row, Row]] = {
    # address, the object it is about: statuses for GET and for an empty POST
    ("home", ""): (EVERYONE, NO_POST),
    ("reviews", ""): (EVERYONE, NO_POST),
    ("organisations", ""): (EVERYONE, NO_POST),
    ("instruments", ""): (EVERYONE, NO_POST),
    ("scale", "scale"): (EVERYONE, NO_POST),
    ("guide", "guide"): (EVERYONE, NO_POST),
    ("blank_scale", "scale"): (EVERYONE, NO_POST),
    ("blank_guide", "guide"): (EVERYONE, NO_POST),
    ("blank_sheet", "scale"): (EVERYONE, NO_POST),
    ("organisation", "organisation"): ((302, 200, 200, 200, 200, 404, 404, 404), NO_POST),
    ("new_review", "organisation"): (
        (302, 200, 200, 200, 403, 404, 404, 404),
        (302, 422, 422, 422, 403, 404, 404, 404),
    ),
    ("plan_review", ""): ((302, 200, 200, 200, 403, 403, 200, 403), (302, 422, 422, 422, 403, 403, 422, 403)),
    ("compare", "organisation"): ((302, 200, 200, 200, 200, 404, 404, 404), NO_POST),
    # two organisations that turned out to be one
    ("join", "organisation"): (TO_JOIN, NO_POST),
    ("join_with", "two organisations"): (TO_JOIN, (302, 403, 403, 422, 403, 404, 404, 404)),
    ("separate", "organisation and joined"): (NO_POST, (302, 403, 403, 302, 403, 404, 404, 404)),
    ("organisation", "joined organisation"): (JOINED, NO_POST),
    ("compare", "joined organisation"): (JOINED, NO_POST),
    ("new_review", "joined organisation"): (JOINED, (302, 409, 409, 409, 409, 404, 404, 404)),
    ("join", "joined organisation"): (JOINED, NO_POST),
    ("rename_organisation", "network and joined"): ((302, 404, 404, 409, 404, 404, 404, 409),) * 2,
    ("overview", ""): ((302, 403, 403, 200, 403, 403, 403, 403), NO_POST),
    ("heat_map", ""): ((302, 403, 403, 200, 403, 403, 403, 403), NO_POST),
    ("benchmarks", ""): ((302, *[200] * 6, 403), NO_POST),  # administrators belong to no network
    # a review that is being scored, handed out, final
    ("review", "open"): (OPEN, NO_POST),
    ("item", "open"): (TO_SCORE, TO_SAVE),
    ("entry", "open"): (TO_SCORE, TO_SAVE),
    ("draft", "open"): (TO_SCORE, TO_SAVE),
    ("reopen", "open"): ((302, 409, 409, 409, 404, 404, 404, 404),) * 2,
    ("finalise", "open"): ((302, 409, 409, 403, 404, 404, 404, 404),) * 2,
    ("correct", "open"): ((302, 409, 409, 409, 404, 404, 404, 404),) * 2,
    ("evaluators", "open"): (ELSEWHERE, NO_POST),
    ("sheet", "open"): (OPEN, NO_POST),
    ("sheet_pdf", "open"): (OPEN, NO_POST),
    ("sheet_json", "open"): (OPEN, NO_POST),
    ("history", "open"): (OPEN, NO_POST),
    ("access", "open"): ((302, 403, 403, 200, 404, 404, 404, 404), NO_POST),
    ("access_csv", "open"): ((302, 403, 403, 200, 404, 404, 404, 404), NO_POST),
    ("access_xlsx", "open"): ((302, 403, 403, 200, 404, 404, 404, 404), NO_POST),
    ("verify", "open"): ((302, 409, 409, 409, 404, 404, 404, 404),) * 2,
    ("evidence", "open"): (OPEN, NO_POST),
    ("hand_in", "open"): ((302, 409, 409, 403, 404, 404, 404, 404),) * 2,
    ("consensus", "open"): ((302, 409, 409, 409, 404, 404, 404, 404), NO_POST),
    # a review that two people rate independently: before all have submitted, and after
    ("review", "rating"): (OPEN, NO_POST),
    ("item", "rating"): (TO_SCORE, TO_SAVE),
    ("entry", "rating"): (TO_SCORE, TO_SAVE),
    ("evidence", "rating"): (OPEN, NO_POST),
    ("history", "rating"): (OPEN, NO_POST),
    ("sheet", "rating"): (OPEN, NO_POST),
    ("sheet_pdf", "rating"): (OPEN, NO_POST),
    ("sheet_json", "rating"): (OPEN, NO_POST),
    ("hand_in", "rating"): (TO_SCORE, TO_SAVE),
    ("take_back", "rating"): (NO_POST, (302, 302, 302, 403, 404, 404, 404, 404)),
    ("consensus", "rating"): ((302, 409, 409, 409, 404, 404, 404, 404), NO_POST),
    ("pulse", "rating"): ((302, 409, 409, 409, 404, 404, 404, 404), NO_POST),
    ("agree", "rating"): ((302, 409, 409, 409, 404, 404, 404, 404), (302, 409, 409, 403, 404, 404, 404, 404)),
    ("draft", "rating"): ((302, 409, 409, 403, 404, 404, 404, 404),) * 2,
    ("item", "consensus"): ((302, 302, 302, 403, 404, 404, 404, 404), (302, 409, 409, 403, 404, 404, 404, 404)),
    ("entry", "consensus"): ((302, 409, 409, 403, 404, 404, 404, 404),) * 2,
    ("evidence", "consensus"): (OPEN, NO_POST),
    ("history", "consensus"): (OPEN, NO_POST),
    ("sheet_json", "consensus"): (OPEN, NO_POST),
    ("consensus", "consensus"): (OPEN, NO_POST),
    ("pulse", "consensus"): (OPEN, NO_POST),
    ("agree", "consensus"): (TO_SCORE, TO_SAVE),
    ("take_over", "consensus"): (NO_POST, (302, 302, 302, 403, 404, 404, 404, 404)),
    ("comment", "consensus"): (NO_POST, (302, 422, 422, 403, 404, 404, 404, 404)),
    ("ask", "consensus"): (NO_POST, (302, 302, 302, 403, 404, 404, 404, 404)),
    ("hand_in", "consensus"): ((302, 409, 409, 403, 404, 404, 404, 404),) * 2,
    ("take_back", "consensus"): (NO_POST, (302, 409, 409, 403, 404, 404, 404, 404)),
    ("draft", "consensus"): (TO_SCORE, TO_SAVE),
    ("review", "apart draft"): (DRAFT, NO_POST),
    ("consensus", "apart draft"): ((302, 200, 200, 200, 403, 404, 404, 404), NO_POST),
    ("agree", "apart draft"): ((302, 409, 409, 403, 403, 404, 404, 404), HANDED_OUT),
    ("discuss", "apart draft"): (
        (302, 200, 200, 200, 403, 404, 404, 404),
        (302, 422, 422, 422, 403, 404, 404, 404),
    ),
    ("reopen", "apart draft"): ((302, 409, 409, 409, 403, 404, 404, 404),) * 2,
    ("discuss", "draft"): ((302, 409, 409, 409, 403, 404, 404, 404),) * 2,
    ("agreement", "network"): ((302, 404, 404, 200, 404, 404, 404, 404), NO_POST),
    ("training", "network"): ((302, 404, 404, 200, 404, 404, 404, 404), NO_POST),
    ("year", "network"): ((302, 404, 404, 200, 404, 404, 404, 404), (302, 404, 404, 422, 404, 404, 404, 404)),
    ("review", "planned"): (OPEN, NO_POST),
    ("item", "planned"): (TO_SCORE, TO_SAVE),
    ("entry", "planned"): (TO_SCORE, TO_SAVE),
    ("draft", "planned"): ((302, 409, 409, 403, 404, 404, 404, 404),) * 2,
    ("finalise", "planned"): ((302, 409, 409, 403, 404, 404, 404, 404),) * 2,
    ("sheet_pdf", "planned"): (OPEN, NO_POST),
    ("review", "draft"): (DRAFT, NO_POST),
    ("item", "draft"): (HANDED_OUT, HANDED_OUT),
    ("entry", "draft"): (HANDED_OUT, HANDED_OUT),
    ("draft", "draft"): (HANDED_OUT, HANDED_OUT),
    ("reopen", "draft"): ((302, 200, 200, 200, 403, 404, 404, 404), (302, 422, 422, 422, 403, 404, 404, 404)),
    ("finalise", "draft"): (TO_SIGN, (302, 422, 422, 403, 403, 404, 404, 404)),
    ("correct", "draft"): ((302, 409, 409, 409, 403, 404, 404, 404),) * 2,
    ("sheet", "draft"): (DRAFT, NO_POST),
    ("sheet_pdf", "draft"): (DRAFT, NO_POST),
    ("sheet_json", "draft"): (DRAFT, NO_POST),
    ("history", "draft"): (DRAFT, NO_POST),
    ("access", "draft"): ((302, 403, 403, 200, 200, 404, 404, 404), NO_POST),
    ("access_csv", "draft"): ((302, 403, 403, 200, 200, 404, 404, 404), NO_POST),
    ("access_xlsx", "draft"): ((302, 403, 403, 200, 200, 404, 404, 404), NO_POST),
    ("verify", "draft"): ((302, 409, 409, 409, 409, 404, 404, 404),) * 2,
    ("review", "final"): (FINAL, NO_POST),
    ("item", "final"): (CLOSED, CLOSED),
    ("entry", "final"): (CLOSED, CLOSED),
    ("draft", "final"): (CLOSED, CLOSED),
    ("reopen", "final"): ((302, 409, 404, 409, 403, 404, 404, 404),) * 2,
    ("finalise", "final"): (CLOSED, CLOSED),
    ("correct", "final"): ((302, 200, 404, 200, 403, 404, 404, 404), (302, 422, 404, 422, 403, 404, 404, 404)),
    ("evidence", "final"): (FINAL, NO_POST),
    ("consensus", "final"): ((302, 409, 404, 409, 403, 404, 404, 404), NO_POST),
    ("sheet", "final"): (FINAL, NO_POST),
    ("sheet_pdf", "final"): (FINAL, NO_POST),
    ("sheet_json", "final"): (FINAL, NO_POST),
    ("history", "final"): (FINAL, NO_POST),
    ("access", "final"): ((302, 403, 404, 200, 200, 404, 404, 404), NO_POST),
    ("access_csv", "final"): ((302, 403, 404, 200, 200, 404, 404, 404), NO_POST),
    ("access_xlsx", "final"): ((302, 403, 404, 200, 200, 404, 404, 404), NO_POST),
    ("verify", "final"): (FINAL, (302, 422, 404, 422, 422, 404, 404, 404)),
    ("review", "superseded"): (FINAL, NO_POST),
    ("item", "superseded"): (CLOSED, CLOSED),
    ("finalise", "superseded"): (CLOSED, CLOSED),
    ("correct", "superseded"): ((302, 409, 404, 409, 403, 404, 404, 404),) * 2,
    ("sheet_pdf", "superseded"): (FINAL, NO_POST),
    ("history", "superseded"): (FINAL, NO_POST),
    ("verify", "superseded"): (FINAL, (302, 422, 404, 422, 422, 404, 404, 404)),
    ("wall", "superseded"): ((302, 409, 404, 409, 409, 404, 404, 404), NO_POST),
    ("wall_pdf", "superseded"): ((302, 409, 404, 409, 409, 404, 404, 404), NO_POST),
    # the report: of a review that is being scored, rated apart, in consensus, handed out, final
    ("report", "open"): (OPEN, NO_POST),
    ("report_pdf", "open"): (OPEN, NO_POST),
    ("wall", "open"): ((302, 409, 409, 409, 404, 404, 404, 404), NO_POST),
    ("wall_pdf", "open"): ((302, 409, 409, 409, 404, 404, 404, 404), NO_POST),
    ("report_docx", "open"): (OPEN, NO_POST),
    ("report_text", "open"): (TO_SCORE, TO_SAVE),
    ("report", "rating"): (OPEN, NO_POST),
    ("report_text", "rating"): ((302, 409, 409, 403, 404, 404, 404, 404), (302, 409, 409, 403, 404, 404, 404, 404)),
    ("report_text", "consensus"): (TO_SCORE, TO_SAVE),
    ("report", "draft"): (DRAFT, NO_POST),
    ("report_pdf", "draft"): (DRAFT, NO_POST),
    ("wall", "draft"): ((302, 409, 409, 409, 409, 404, 404, 404), NO_POST),
    ("wall_pdf", "draft"): ((302, 409, 409, 409, 409, 404, 404, 404), NO_POST),
    ("report_text", "draft"): (HANDED_OUT, HANDED_OUT),
    ("report", "final"): (FINAL, NO_POST),
    ("report_pdf", "final"): (FINAL, NO_POST),
    ("wall", "final"): (FINAL, NO_POST),
    ("wall_pdf", "final"): (FINAL, NO_POST),
    ("report_docx", "final"): (FINAL, NO_POST),
    ("report_text", "final"): (CLOSED, CLOSED),
    ("report", "superseded"): (FINAL, NO_POST),
    # interviews, of a review that is being scored, handed out, final
    ("interviews", "open"): (TO_SCORE, TO_SAVE),
    ("interview", "interview, open"): ((302, 302, 302, 403, 404, 404, 404, 404), NO_POST),
    ("interview_step", "interview, open"): (TO_SCORE, TO_SAVE),
    ("interview_head", "interview, open"): (TO_SCORE, TO_SAVE),
    ("interview_remove", "interview, open"): (NO_POST, (302, 302, 302, 403, 404, 404, 404, 404)),
    ("interviews", "planned"): (TO_SCORE, TO_SAVE),
    ("interviews", "draft"): (TO_INTERVIEW, (302, 422, 422, 403, 403, 404, 404, 404)),
    ("interview", "interview, draft"): ((302, 302, 302, 403, 403, 404, 404, 404), NO_POST),
    ("interview_step", "interview, draft"): (TO_INTERVIEW, (302, 422, 422, 403, 403, 404, 404, 404)),
    ("interview_head", "interview, draft"): (TO_INTERVIEW, (302, 422, 422, 403, 403, 404, 404, 404)),
    ("interview_remove", "interview, draft"): (NO_POST, (302, 302, 302, 403, 403, 404, 404, 404)),
    ("interviews", "final"): (INTERVIEWED, CLOSED),
    ("interview", "interview, final"): ((302, 302, 404, 403, 403, 404, 404, 404), NO_POST),
    ("interview_step", "interview, final"): (INTERVIEWED, CLOSED),
    ("interview_head", "interview, final"): (CLOSED, CLOSED),
    ("interview_remove", "interview, final"): (NO_POST, CLOSED),
    ("interviews", "superseded"): (INTERVIEWED, CLOSED),
    ("quick_notes", "open"): (TO_SCORE, TO_SAVE),
    ("quick_notes", "planned"): (TO_SCORE, TO_SAVE),
    ("quick_notes", "draft"): (TO_INTERVIEW, (302, 422, 422, 403, 403, 404, 404, 404)),
    ("quick_notes", "final"): (INTERVIEWED, CLOSED),
    ("quick_notes_sort", "open"): (TO_SCORE, (302, 302, 302, 403, 404, 404, 404, 404)),
    ("quick_notes_sort", "draft"): (TO_INTERVIEW, (302, 302, 302, 403, 403, 404, 404, 404)),
    ("quick_notes_sort", "final"): (CLOSED, CLOSED),
    # the action plan, and when the next review is due
    ("plan", "open"): ((302, 409, 409, 409, 404, 404, 404, 404), NO_POST),
    ("plan", "draft"): ((302, 409, 409, 409, 409, 404, 404, 404), NO_POST),
    ("plan", "final"): (FINAL, NO_POST),
    ("plan", "superseded"): ((302, 302, 404, 302, 302, 404, 404, 404), NO_POST),
    ("plan_begin", "draft"): (NO_POST, (302, 403, 403, 409, 409, 404, 404, 404)),
    ("plan_begin", "final"): (NO_POST, (302, 403, 404, 302, 302, 404, 404, 404)),
    ("plan_save", "draft"): (NO_POST, (302, 403, 403, 409, 409, 404, 404, 404)),
    ("plan_save", "final"): (NO_POST, (302, 403, 404, 303, 303, 404, 404, 404)),
    ("plan_save", "superseded"): (NO_POST, (302, 403, 404, 303, 303, 404, 404, 404)),
    ("plan_add", "draft"): ((302, 403, 403, 409, 409, 404, 404, 404),) * 2,
    ("plan_add", "final"): ((302, 403, 404, 200, 200, 404, 404, 404), (302, 403, 404, 422, 422, 404, 404, 404)),
    ("plan_add", "superseded"): ((302, 403, 404, 200, 200, 404, 404, 404), (302, 403, 404, 422, 422, 404, 404, 404)),
    ("plan_action", "action"): ((302, 403, 404, 200, 200, 404, 404, 404), (302, 403, 404, 422, 422, 404, 404, 404)),
    ("plan_remove", "action"): (
        NO_POST,
        (302, 403, 404, 409, 409, 404, 404, 404),
    ),  # without the version that the page showed
    ("plan_pdf", "final"): (FINAL, NO_POST),
    ("plan_csv", "final"): (FINAL, NO_POST),
    ("plan_xlsx", "final"): (FINAL, NO_POST),
    ("plan_pdf", "open"): ((302, 409, 409, 409, 404, 404, 404, 404), NO_POST),
    ("plan_csv", "superseded"): (FINAL, NO_POST),
    ("plan_xlsx", "draft"): ((302, 409, 409, 409, 409, 404, 404, 404), NO_POST),
    ("plan_before", "open"): (OPEN, NO_POST),
    ("plan_before", "rating"): (OPEN, NO_POST),
    ("plan_before", "draft"): (DRAFT, NO_POST),
    ("plan_before", "final"): (FINAL, NO_POST),
    ("due", "last"): ((302, 403, 404, 200, 403, 404, 404, 404), (302, 403, 404, 422, 403, 404, 404, 404)),
    ("due", "final"): ((302, 403, 404, 409, 403, 404, 404, 404),) * 2,
    ("due", "open"): ((302, 403, 403, 409, 404, 404, 404, 404),) * 2,
    ("due", "superseded"): ((302, 403, 404, 409, 403, 404, 404, 404),) * 2,
    ("rhythm", "network"): (KEEPERS, KEEPERS_WRITE),
    # remarks of the service: of a review that is being scored, handed out with and without a deadline, final
    ("remarks", "open"): ((302, 409, 409, 409, 404, 404, 404, 404), (302, 403, 403, 403, 404, 404, 404, 404)),
    ("remarks", "apart draft"): (DRAFT, (302, 403, 403, 403, 409, 404, 404, 404)),
    ("remarks", "draft"): (DRAFT, (302, 403, 403, 403, 422, 404, 404, 404)),
    ("remarks", "final"): (FINAL, (302, 403, 404, 403, 409, 404, 404, 404)),
    ("remark", "remark, draft"): ((302, 403, 403, 403, 200, 404, 404, 404), (302, 403, 403, 403, 422, 404, 404, 404)),
    ("remark", "remark, final"): ((302, 403, 404, 403, 409, 404, 404, 404),) * 2,
    ("remark_answer", "remark, draft"): (NO_POST, (302, 422, 422, 403, 403, 404, 404, 404)),
    ("remark_answer", "remark, final"): (NO_POST, CLOSED),
    ("remark_withdraw", "remark, draft"): (NO_POST, (302, 403, 403, 403, 302, 404, 404, 404)),
    ("remark_withdraw", "remark, final"): (NO_POST, (302, 403, 404, 403, 409, 404, 404, 404)),
    ("facts_until", "open"): ((302, 409, 409, 409, 404, 404, 404, 404),) * 2,
    ("facts_until", "draft"): ((302, 200, 200, 200, 403, 404, 404, 404), (302, 422, 422, 422, 403, 404, 404, 404)),
    ("facts_until", "final"): ((302, 409, 404, 409, 403, 404, 404, 404),) * 2,
    # finding and being told
    ("search", ""): (EVERYONE, NO_POST),
    ("help", ""): (PUBLIC, (405,) * 8),
    ("help_page", "help page"): (PUBLIC, (405,) * 8),
    ("help_page", "no help page"): ((404,) * 8, (405,) * 8),
    ("help_keys", ""): (PUBLIC, (405,) * 8),
    ("accessibility", ""): (PUBLIC, (405,) * 8),
    ("privacy", ""): (PUBLIC, (405,) * 8),
    ("inbox", ""): (EVERYONE, (302, *[422] * 7)),
    # people
    ("networks", ""): ((302, 200, 200, 302, 200, 200, 200, 200), NO_POST),
    ("new_network", ""): (ADMINISTRATORS, (302, *[403] * 6, 422)),
    ("rename_network", "network"): ((302, 404, 404, 403, 404, 404, 404, 200), (302, 404, 404, 403, 404, 404, 404, 422)),
    ("installation", ""): (ADMINISTRATORS, NO_POST),
    ("data_care", ""): (ADMINISTRATORS, NO_POST),
    ("test_mail", ""): (NO_POST, (302, *[403] * 6, 302)),
    ("queue", ""): (ADMINISTRATORS, NO_POST),
    ("queue_again", ""): (NO_POST, (302, *[403] * 6, 302)),
    ("queue_give_up", ""): (NO_POST, (302, *[403] * 6, 422)),
    ("network_organisations", "network"): (KEEPERS, NO_POST),
    ("paste_organisations", "network"): (KEEPERS, KEEPERS_WRITE),
    ("paste_people", "network"): (KEEPERS, KEEPERS_WRITE),
    ("network", "network"): (KEEPERS, NO_POST),
    ("invite", "network"): (KEEPERS, KEEPERS_WRITE),
    ("new_organisation", "network"): (KEEPERS, KEEPERS_WRITE),
    ("rename_organisation", "network and organisation"): (KEEPERS, KEEPERS_WRITE),
    ("person", "network and person"): (KEEPERS, (302, 404, 404, 302, 404, 404, 404, 302)),
    ("notes_retention", "network"): (KEEPERS, KEEPERS_WRITE),
    ("exports", "network"): ((302, 404, 404, 200, 404, 404, 404, 404), NO_POST),
    ("export_sheets", "network"): (NO_POST, (302, 404, 404, 200, 404, 404, 404, 404)),
    ("export_workbook", "network"): (NO_POST, (302, 404, 404, 200, 404, 404, 404, 404)),
    ("export_reviews", "network"): (NO_POST, (302, 404, 404, 200, 404, 404, 404, 404)),
    ("export_items", "network"): (NO_POST, (302, 404, 404, 200, 404, 404, 404, 404)),
    ("export_remarks", "network"): (NO_POST, (302, 404, 404, 200, 404, 404, 404, 404)),
    ("export_lines", "network"): (NO_POST, (302, 404, 404, 200, 404, 404, 404, 404)),
    ("export_file", "network and export"): ((302, 404, 404, 200, 404, 404, 404, 404), NO_POST),
    ("export_file_download", "network and export"): ((302, 404, 404, 200, 404, 404, 404, 404), NO_POST),
    ("export_file_download", "network and unfinished export"): ((302, 404, 404, 409, 404, 404, 404, 404), NO_POST),
    ("export_file_delete", "network and export"): (NO_POST, (302, 404, 404, 302, 404, 404, 404, 404)),
    ("imports", "network"): ((302, 404, 404, 200, 404, 404, 404, 404), (302, 404, 404, 422, 404, 404, 404, 404)),
    ("import_template_xlsx", "network and scale"): ((302, 404, 404, 200, 404, 404, 404, 404), NO_POST),
    ("import_template_csv", "network and scale"): ((302, 404, 404, 200, 404, 404, 404, 404), NO_POST),
    ("import_preview", "network and file"): (
        (302, 404, 404, 200, 404, 404, 404, 404),
        (302, 404, 404, 302, 404, 404, 404, 404),
    ),
    ("import_columns", "network and file"): (
        (302, 404, 404, 200, 404, 404, 404, 404),
        (302, 404, 404, 422, 404, 404, 404, 404),
    ),
    ("import_columns", "network and queued file"): (
        (302, 404, 404, 409, 404, 404, 404, 404),
        (302, 404, 404, 409, 404, 404, 404, 404),
    ),
    ("import_faults", "network and file"): ((302, 404, 404, 200, 404, 404, 404, 404), NO_POST),
    ("withdraw_import", "network and file"): (NO_POST, (302, 404, 404, 302, 404, 404, 404, 404)),
    ("import_preview", "network and queued file"): (
        (302, 404, 404, 200, 404, 404, 404, 404),
        (302, 404, 404, 302, 404, 404, 404, 404),
    ),
    ("withdraw_import", "network and queued file"): (NO_POST, (302, 404, 404, 302, 404, 404, 404, 404)),
    ("import_preview", "network and imported file"): (
        (302, 404, 404, 200, 404, 404, 404, 404),
        (302, 404, 404, 302, 404, 404, 404, 404),
    ),
    ("import_faults", "network and imported file"): ((302, 404, 404, 409, 404, 404, 404, 404), NO_POST),
    ("withdraw_import", "network and imported file"): (NO_POST, (302, 404, 404, 409, 404, 404, 404, 404)),
    # a review that came from a file
    ("review", "imported"): ((302, 404, 404, 200, 200, 404, 404, 404), NO_POST),
    ("sheet", "imported"): ((302, 404, 404, 200, 200, 404, 404, 404), NO_POST),
    ("sheet_pdf", "imported"): ((302, 404, 404, 200, 200, 404, 404, 404), NO_POST),
    ("sheet_json", "imported"): ((302, 404, 404, 200, 200, 404, 404, 404), NO_POST),
    ("history", "imported"): ((302, 404, 404, 200, 200, 404, 404, 404), NO_POST),
    ("evidence", "imported"): ((302, 404, 404, 200, 200, 404, 404, 404), NO_POST),
    # the public page that compares a file with what was signed: the same for every code
    ("check_signed", "final"): (PUBLIC, (422,) * 8),
    ("check_signed", "open"): (PUBLIC, (422,) * 8),
    ("check_signed", "unknown"): (PUBLIC, (422,) * 8),
    ("verify", "imported"): ((302, 404, 404, 409, 409, 404, 404, 404),) * 2,
    ("wall", "imported"): ((302, 404, 404, 200, 200, 404, 404, 404), NO_POST),
    ("correct", "imported"): ((302, 404, 404, 200, 403, 404, 404, 404), (302, 404, 404, 422, 403, 404, 404, 404)),
    ("item", "imported"): ((302, 404, 404, 403, 403, 404, 404, 404),) * 2,
    ("withdraw_invitation", "network and invitation"): (NO_POST, (302, 404, 404, 302, 404, 404, 404, 302)),
    ("renew_invitation", "network and invitation"): (NO_POST, KEEPERS),
    ("invitation", "secret"): ((302,) * 8, (405,) * 8),
    ("accept_invitation", ""): ((404,) * 8,) * 2,  # without opening a link first
    # the own account
    ("account", ""): (OWN, NO_POST),
    ("account_data", ""): (OWN, NO_POST),
    ("own_name", ""): (OWN, (302, *[422] * 7)),
    ("notifications", ""): (OWN, (302, *[422] * 7)),
    ("session", ""): (OWN, NO_POST),
    ("kept", "unknown"): ((302, *[404] * 7), NO_POST),
    ("account_delete", ""): (OWN, (302, *[422] * 7)),
    ("language", ""): ((405,) * 8, (422,) * 8),
    ("theme", ""): ((405,) * 8, (422,) * 8),
    ("account_login", ""): (SIGNED_OUT_ONLY, (422, *[302] * 7)),
    ("account_logout", ""): (OWN, ELSEWHERE),
    ("account_signup", ""): (SIGNED_OUT_ONLY, SIGNED_OUT_ONLY),  # says: by invitation only
    ("account_inactive", ""): (PUBLIC, (405,) * 8),
    ("account_reauthenticate", ""): (OWN, (302, *[422] * 7)),
    ("account_email", ""): (OWN, ELSEWHERE),
    ("account_email_verification_sent", ""): (PUBLIC, (405,) * 8),
    ("account_confirm_email", "key"): (PUBLIC, (404,) * 8),
    ("account_change_password", ""): (OWN, (302, *[422] * 7)),
    ("account_set_password", ""): (ELSEWHERE, ELSEWHERE),
    ("account_reset_password", ""): (PUBLIC, (422,) * 8),
    ("account_reset_password_done", ""): (PUBLIC, (405,) * 8),
    ("account_reset_password_from_key", "reset key"): ((409,) * 8, (409,) * 8),  # says: not valid any more
    ("account_reset_password_from_key_done", ""): (PUBLIC, (405,) * 8),
    ("account_confirm_login_code", ""): (ELSEWHERE, ELSEWHERE),
    ("mfa_index", ""): (OWN, NO_POST),
    ("mfa_authenticate", ""): (ELSEWHERE, ELSEWHERE),
    ("mfa_reauthenticate", ""): ((302, 302, 302, 200, 302, 302, 302, 200), (302, 302, 302, 422, 302, 302, 302, 422)),
    ("mfa_activate_totp", ""): (ELSEWHERE, ELSEWHERE),
    ("mfa_deactivate_totp", ""): ((302, 404, 404, 302, 404, 404, 404, 302),) * 2,
    ("mfa_list_webauthn", ""): (OWN, NO_POST),
    ("mfa_add_webauthn", ""): (ELSEWHERE, ELSEWHERE),
    ("mfa_edit_webauthn", "number"): (ELSEWHERE, ELSEWHERE),
    ("mfa_remove_webauthn", "number"): (ELSEWHERE, ELSEWHERE),
    ("mfa_login_webauthn", ""): (ELSEWHERE, ELSEWHERE),
    ("mfa_reauthenticate_webauthn", ""): (ELSEWHERE, ELSEWHERE),
    ("mfa_view_recovery_codes", ""): ((302, *[404] * 7), NO_POST),
    ("mfa_generate_recovery_codes", ""): (ELSEWHERE, ELSEWHERE),
    ("mfa_download_recovery_codes", ""): ((302, *[404] * 7),) * 2,
    ("socialaccount_connections", ""): (OWN, (302, *[422] * 7)),
    ("socialaccount_signup", ""): (ELSEWHERE, ELSEWHERE),
    ("socialaccount_login_cancelled", ""): (PUBLIC, (405,) * 8),
    ("socialaccount_login_error", ""): ((302, *[401] * 7), NO_POST),
    ("openid_connect_login", "provider"): ((404,) * 8,) * 2,  # no provider is set up
    ("openid_connect_callback", "provider"): ((404,) * 8,) * 2,
    ("usersessions_list", ""): (OWN, ELSEWHERE),
    # dates
    ("dates", ""): (EVERYONE, NO_POST),
    ("make_calendar", ""): (NO_POST, OWN),
    ("revoke_calendar", ""): (NO_POST, ELSEWHERE),
    ("calendar_feed", "calendar secret"): (PUBLIC, (405,) * 8),
    ("timeline", "network"): ((302, 404, 404, 200, 404, 404, 404, 404), (302, 404, 404, 422, 404, 404, 404, 404)),
    ("evaluator_load", "network"): ((302, 404, 404, 200, 404, 404, 404, 404), NO_POST),
    ("newer_editions", "network"): ((302, 404, 404, 200, 404, 404, 404, 404), NO_POST),
    ("timeline_proposal", "network"): (NO_POST, (302, 404, 404, 409, 404, 404, 404, 404)),  # it has rows
    ("timeline_step", "network and row"): (
        (302, 404, 404, 200, 404, 404, 404, 404),
        (302, 404, 404, 422, 404, 404, 404, 404),
    ),
    ("preparation", "open"): (OPEN, (302, 422, 422, 422, 404, 404, 404, 404)),
    ("lay_out", "open"): (NO_POST, (302, 409, 409, 409, 404, 404, 404, 404)),  # it has steps
    ("preparation_step", "step, open"): (OPEN, (302, 422, 422, 422, 404, 404, 404, 404)),
    ("tick", "step, open"): (NO_POST, (302, 303, 303, 303, 404, 404, 404, 404)),
    ("preparation", "draft"): ((302, 200, 200, 200, 403, 404, 404, 404), (302, 422, 422, 422, 403, 404, 404, 404)),
    ("preparation", "final"): ((302, 200, 404, 200, 403, 404, 404, 404), (302, 422, 404, 422, 403, 404, 404, 404)),
    ("lay_out", "final"): (NO_POST, (302, 409, 404, 409, 403, 404, 404, 404)),
    ("preparation_step", "step, final"): (
        (302, 200, 404, 200, 403, 404, 404, 404),
        (302, 422, 404, 422, 403, 404, 404, 404),
    ),
    ("tick", "step, final"): (NO_POST, (302, 303, 404, 303, 403, 404, 404, 404)),
    # the plan of a review, which its evaluators and the coordinator change or cancel until it is signed
    ("change_plan", "planned"): (OPEN, (302, 422, 422, 422, 404, 404, 404, 404)),
    ("change_plan", "open"): (OPEN, (302, 422, 422, 422, 404, 404, 404, 404)),
    ("change_plan", "draft"): ((302, 200, 200, 200, 403, 404, 404, 404), (302, 422, 422, 422, 403, 404, 404, 404)),
    ("change_plan", "final"): ((302, 409, 404, 409, 403, 404, 404, 404),) * 2,
    ("change_plan", "cancelled"): ((302, 409, 409, 409, 404, 404, 404, 404),) * 2,
    ("cancel", "open"): (OPEN, (302, 422, 422, 422, 404, 404, 404, 404)),
    ("cancel", "draft"): ((302, 200, 200, 200, 403, 404, 404, 404), (302, 422, 422, 422, 403, 404, 404, 404)),
    ("cancel", "final"): ((302, 409, 404, 409, 403, 404, 404, 404),) * 2,
    ("cancel", "cancelled"): ((302, 409, 409, 409, 404, 404, 404, 404),) * 2,
    # a draft report whose review was cancelled: the service can no longer read it
    ("review", "cancelled"): (OPEN, NO_POST),
    ("sheet", "cancelled"): (OPEN, NO_POST),
    ("report", "cancelled"): (OPEN, NO_POST),
    ("history", "cancelled"): (OPEN, NO_POST),
    ("remarks", "cancelled"): ((302, 409, 409, 409, 404, 404, 404, 404), (302, 403, 403, 403, 404, 404, 404, 404)),
    ("item", "cancelled"): ((302, 409, 409, 403, 404, 404, 404, 404),) * 2,
    ("draft", "cancelled"): ((302, 409, 409, 403, 404, 404, 404, 404),) * 2,
    ("preparation", "cancelled"): (OPEN, (302, 422, 422, 422, 404, 404, 404, 404)),
    # the instance
    ("livez", ""): (PUBLIC, (405,) * 8),
    ("body_limit", ""): ((204,) * 8, (405,) * 8),
    ("readyz", ""): (PUBLIC, (405,) * 8),
    ("metrics", ""): (
        (404,) * 8,
        (405,) * 8,
    ),  # without METRICS_TOKEN; with it, for requests that send it (test_metrics.py)
    ("admin:index", ""): (ADMIN_ONLY, ADMIN_ONLY),
    ("admin:reviews_user_changelist", ""): (ADMIN_ONLY, ADMIN_ONLY),
    ("admin:reviews_network_changelist", ""): (ADMIN_ONLY, ADMIN_ONLY),
    ("admin:reviews_organisation_changelist", ""): (ADMIN_ONLY, ADMIN_ONLY),
    ("admin:mfa_authenticator_changelist", ""): (ADMIN_ONLY, ADMIN_ONLY),
}
TRANSITIONS_BY_NAME = ("draft", "reopen", "discuss", "finalise")
WITH_ITEM = ("item", "agree", "ask", "comment", "interview_step", "plan_add")


@pytest.fixture(scope="module")
def built(module_transaction: None) -> tuple[World, dict[str, list[object]]]:
    """Return the cast and the objects that addresses are about."""
    world = build_world(instrument())
    return world, arguments_of(world)


@pytest.fixture(scope="module")
def _reports_in_the_cache(built: tuple[World, dict[str, list[object]]]) -> None:
    """Render each report once, because the cached one of a test is rolled back with it."""
    reader = built[0].client_of("coordinator")
    for name, thing in TABLE:
        if name == "report_pdf":
            reader.get(address_of(name, built[1][thing]))


@pytest.fixture
def world(built: tuple[World, dict[str, list[object]]], db: None) -> World:
    return deepcopy(built[0])


@pytest.fixture
def things(built: tuple[World, dict[str, list[object]]], db: None) -> dict[str, list[object]]:
    return built[1]


def arguments_of(world: World) -> dict[str, list[object]]:
    """Return the objects that addresses are about, as arguments of the address."""
    invitation, secret = invite(
        network=world.network,
        by=world.coordinator,
        name="Guest",
        email="guest@example.org",
        role=Role.EVALUATOR,
        organisation=None,
    )
    network = world.network.code
    add_step(network=world.network, by=world.coordinator, weeks=-4, text="Be om tall")
    opened, draft, final = (
        world.score_review(4),
        world.asked_review(4),
        world.asked_review(4, evaluators=[world.evaluator]),
    )
    remarks = {
        name: [review.code, remark(review, world.team_leader).code]
        for name, review in (("draft", draft), ("final", final))
    }
    answer(final.remarks.get(), world.evaluator)
    interviews = {
        name: [review.code, hold_interview(review, world.evaluator).code]
        for name, review in (("open", opened), ("draft", draft), ("final", final))
    }
    world.sign(final)
    action = add_action(
        review=final, by=world.team_leader, code=uuid4(), item_number=4, fields=ActionFields("Et møte til")
    )
    joined = Organisation.objects.create(network=world.network, name="Øyvær IPS")
    join(organisation=joined, to=world.organisation, by=world.coordinator)
    superseded = world.superseded_review(evaluators=[world.evaluator])
    imported = import_one(world)
    return {
        "": [],
        "action": [final.code, action.code],
        "last": [superseded.correction.code],
        "planned": [world.plan_review().code],
        "superseded": [superseded.code],
        "open": [opened.code],
        "rating": [rated_by_one(world).code],
        "consensus": [world.consensus_review(4, 3).code],
        "apart draft": [handed_out_apart(world).code],
        "draft": [draft.code],
        "cancelled": [cancelled_draft(world).code],
        "final": [final.code],
        "interview, open": interviews["open"],
        "interview, draft": interviews["draft"],
        "interview, final": interviews["final"],
        "remark, draft": remarks["draft"],
        "remark, final": remarks["final"],
        "organisation": [world.organisation.code],
        "two organisations": [world.organisation.code, world.sister.code],
        "organisation and joined": [world.organisation.code, joined.code],
        "joined organisation": [joined.code],
        "network and joined": [network, joined.code],
        "network": [network],
        "network and organisation": [network, world.organisation.code],
        "network and scale": [network, world.scale.slug],
        "network and export": [network, an_export(world, "reviews.csv").code],
        "network and unfinished export": [network, an_export(world, "items.csv", is_made=False).code],
        "network and file": [network, a_file(world).code],
        "network and queued file": [network, a_queued_file(world).code],
        "network and imported file": [network, Upload.objects.get(imported_at__isnull=False).code],
        "imported": [imported.code],
        "network and person": [network, world.evaluator.code],
        "network and invitation": [network, invitation.code],
        "secret": [secret],
        "calendar secret": [make_feed(world.evaluator)],
        "network and row": [network, world.network.timeline.get().pk],
        "step, open": [opened.code, opened.preparation.get().pk],
        "step, final": [final.code, final.preparation.get().pk],
        "unknown": [uuid4()],
        "help page": ["scoring"],
        "no help page": ["nothing"],
        "key": ["abc"],
        "reset key": ["1", "abc"],
        "number": [1],
        "provider": ["nowhere"],
        "scale": [world.scale.slug],
        "guide": [GuideEdition.objects.get().slug],
    }


def a_file(world: World, file_name: str = "gamle.csv", day: str = "2022-02-01") -> Upload:
    """Return an uploaded file of one review that was checked and not imported."""
    data = csv_file(row_of(4, visit_start=day, visit_end=""))
    given = {"network": world.network, "by": world.coordinator, "edition": world.scale, "file_name": file_name}
    return store_upload(data=data, **given)


def a_queued_file(world: World) -> Upload:
    """Return an uploaded file whose import waits."""
    upload = a_file(world, "i kø.csv", "2022-03-01")
    queue_import(upload=upload, by=world.coordinator)
    return upload


def an_export(world: World, name: str, *, is_made: bool = True) -> ExportFile:
    """Return the file of an export, ready or not."""
    file = ask_for_file(selection=Selection(world.network), by=world.coordinator, name=name)
    if is_made:
        make_file.call(str(file.code))
    return file


def rated_by_one(world: World) -> Review:
    review = world.apart_review()
    rate(review, world.evaluator, {1: 3})
    return fresh(review)


def cancelled_draft(world: World) -> Review:
    review = world.draft_review(4)
    cancel(review=review, by=world.coordinator, seen=plan_version(review), reason="Tjenesten er lagt ned.")
    return fresh(review)


def handed_out_apart(world: World) -> Review:
    review = world.agreed_review(4, 4)
    world.hand_out(review)
    return fresh(review)


def address_of(name: str, arguments: list[object]) -> str:
    if name in TRANSITIONS_BY_NAME:
        return reverse("move", args=[*arguments, name])
    return reverse(name, args=[*arguments, 4] if name in WITH_ITEM else arguments)


@pytest.mark.pdf
@pytest.mark.usefixtures("_reports_in_the_cache")
@pytest.mark.parametrize("who", CAST)
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_answers_each_person_as_the_table_says(
    world: World, things: dict[str, list[object]], who: str, method: str
) -> None:
    got = {}
    for name, thing in TABLE:
        with transaction.atomic():
            # each in a new session, because some of these sign out or delete the account
            client = world.client_of(who)
            got[name, thing] = getattr(client, method)(address_of(name, things[thing]), {}).status_code
            transaction.set_rollback(True)
    expected = {key: rows[method == "post"][CAST.index(who)] for key, rows in TABLE.items()}
    # only the rows that differ: (answer, table)
    assert {key: (got[key], expected[key]) for key in TABLE if got[key] != expected[key]} == {}


def test_every_row_has_a_status_for_each_person() -> None:
    assert [key for key, rows in TABLE.items() if {len(row) for row in rows} != {len(CAST)}] == []


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_no_address_accepts_any_other_method(world: World, things: dict[str, list[object]], method: str) -> None:
    client = world.client_of("evaluator")
    taken = {}
    for name, thing in TABLE:
        if name.startswith(("admin:", "account_", "mfa_", "socialaccount_", "usersessions_", "openid_connect_")):
            continue  # views of Django and allauth that only know GET and POST
        answer = getattr(client, method)(address_of(name, things[thing]))
        if answer.status_code != 405:
            taken[name, thing] = answer.status_code
    assert taken == {}


def names_in(patterns: list[URLPattern | URLResolver], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            namespace = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found |= names_in(pattern.url_patterns, namespace)
        else:
            found.add(f"{prefix}{pattern.name}")
    return found


def test_every_address_of_the_program_is_in_the_table() -> None:
    ours = {name for name in names_in(get_resolver().url_patterns) if not name.startswith("admin:")}
    assert ours == {
        "move" if name in TRANSITIONS_BY_NAME else name for name, _ in TABLE if not name.startswith("admin:")
    }


def test_every_model_of_the_admin_is_in_the_table_and_no_review_is_among_them() -> None:
    registered = {
        f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in admin.site._registry
    }
    assert registered == {name for name, _ in TABLE if name.startswith("admin:") and name != "admin:index"}


def test_a_post_to_a_read_only_page_is_answered_with_a_sentence(world: World) -> None:
    answer = world.client_of("evaluator").post(reverse("home"))
    assert answer.status_code == 405
    assert "Ingenting ble endret" in answer.content.decode()


def test_the_sign_in_page_keeps_the_destination(world: World, things: dict[str, list[object]]) -> None:
    url = address_of("sheet", things["open"])
    assert Client().get(url).headers["Location"] == f"{reverse('account_login')}?next={url}"


def test_the_end_of_a_membership_ends_access_at_once(world: World, things: dict[str, list[object]]) -> None:
    client = world.client_of("evaluator")
    url = address_of("review", things["open"])
    assert client.get(url).status_code == 200
    world.evaluator.memberships.all().delete()
    assert client.get(url).status_code == 404


def test_lists_contain_only_what_the_reader_may_know(world: World, things: dict[str, list[object]]) -> None:
    shown = {
        who: {
            resolve(row.url).kwargs["code"] for row in world.client_of(who).get(reverse("reviews")).context["page"].rows
        }
        for who in CAST
        if who != "nobody"
    }
    drafts = {things["draft"][0], things["apart draft"][0]}
    working = {things[which][0] for which in ("planned", "open", "rating", "consensus", "cancelled")} | drafts
    old = Review.objects.get(code=things["superseded"][0])
    closed = {things["final"][0], old.code, old.correction.code}
    assert shown == {
        "evaluator": working | closed,
        "colleague": working,
        "coordinator": working | closed | {things["imported"][0]},
        "team_leader": drafts | closed | {things["imported"][0]},
        "other_leader": set(),
        "stranger": set(),
        "admin": set(),
    }


# Every name, year and word that the objects of the table have.
SEARCHES = ("ips", "oyvaer", "granlia", "2026", "mars", "ekstern", "leader", "eval", "tall", "møte", "guest")


@pytest.mark.parametrize("who", [who for who in CAST if who != "nobody"])
def test_whatever_somebody_searches_for_they_can_open_every_hit(
    world: World, things: dict[str, list[object]], who: str
) -> None:
    for review in Review.objects.exclude(status__in=("final", "superseded", "cancelled")):
        for row in (*review.scores.all()[:2], *Rating.objects.filter(evaluator__review=review)[:2]):
            type(row).objects.filter(pk=row.pk).update(evidence="Tallene er fra i fjor")
    client = world.client_of(who)
    codes = [str(review.code)[:8] for review in Review.objects.all()]
    urls = {
        hit.url.partition("#")[0]
        for text in (*SEARCHES, *codes)
        if (page := client.get(reverse("search"), {"q": text}).context["page"])
        for group in page.groups
        for hit in group.hits
    }
    statuses = {url: client.get(url).status_code for url in urls}
    assert {url: status for url, status in statuses.items() if status not in (200, 302)} == {}
    assert len(urls) > 2 or who in ("other_leader", "stranger", "admin")


@pytest.mark.parametrize("who", [who for who in CAST if who != "nobody"])
def test_whoever_opens_the_inbox_can_open_every_line(world: World, things: dict[str, list[object]], who: str) -> None:
    client = world.client_of(who)
    lines = [line for day in client.get(reverse("inbox")).context["inbox"].days for line in day.lines]
    statuses = {line.url: client.get(line.url).status_code for line in lines}
    assert {url: status for url, status in statuses.items() if status != 200} == {}
    assert bool(lines) == (who not in ("stranger", "admin", "other_leader"))
    assert not [line for line in lines if line.who == str(getattr(world, who))]


CODE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
FILE = re.compile(r"\.(pdf|docx|xlsx|csv|jsonl|zip)(\?|$)")
LINK = re.compile(r'(?:href|action)="([^"#]*)')


def crawl(client: Client) -> set[str]:
    """Return every address that a person reaches by links from the first page. Files are listed, not opened."""
    seen, to_do = set(), [reverse("home")]
    while to_do:
        url = to_do.pop()
        if url in seen:
            continue
        seen.add(url)
        if FILE.search(url):
            continue
        answer = client.get(url)
        if answer.status_code == 302:
            to_do.append(answer.headers["Location"])
        elif answer.headers["Content-Type"].startswith("text/html"):
            links = (urljoin(url, unescape(link)) for link in LINK.findall(answer.content.decode()))
            to_do += [link for link in links if link.startswith("/") and not link.startswith(("/static/", "/admin/"))]
    return seen


def gives_no_access(client: Client, url: str, known: set[str]) -> bool:
    """Return whether an address gives a person no access.

    405 is returned before any look-up, and 403 for a known review before its parts are looked up.
    """
    status = client.get(url).status_code
    return status in (404, 405) or (status == 403 and CODE.findall(url)[0] in known)


@pytest.mark.timeout(900)  # seconds: it opens every link that any person finds, as every person
def test_no_one_opens_an_address_that_only_others_can_find(world: World, things: dict[str, list[object]]) -> None:
    """Crawl as each person, then try each address with a code that others have found."""
    people = [who for who in CAST if who != "nobody"]
    # A code in the path opens something; one in the query filters a list of what the person may see.
    found = {who: {url for url in crawl(world.client_of(who)) if CODE.search(urlsplit(url).path)} for who in people}
    everything = set.union(*found.values())
    assert len(everything) > 60
    known = {who: {code for url in found[who] for code in CODE.findall(url)} for who in people}
    clients = {who: world.client_of(who) for who in people}
    opened = {
        (who, url)
        for who in people
        for url in everything - found[who]
        # an address with a code that a person has not found does not open
        if not set(CODE.findall(url)) <= known[who] and not gives_no_access(clients[who], url, known[who])
    }
    assert opened == set()
    for who in ("other_leader", "stranger"):
        codes = {str(things[which][0]) for which in ("open", "draft", "final")}
        assert not codes & known[who], who


def test_signed_in_pages_are_not_cached(world: World) -> None:
    assert "no-store" in world.client_of("evaluator").get(reverse("home")).headers["Cache-Control"]


def test_every_page_sends_the_security_headers(world: World, things: dict[str, list[object]]) -> None:
    for name, thing, who in (("home", "", "evaluator"), ("item", "open", "evaluator"), ("account_login", "", "nobody")):
        headers = world.client_of(who).get(address_of(name, things[thing]), secure=True).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]


def test_cookies_are_bound_to_this_host_and_to_https(world: World) -> None:
    answer = Client().get(reverse("account_login"), secure=True)
    cookie = answer.cookies["__Host-csrf"]
    assert (cookie["secure"], cookie["path"], cookie["domain"], cookie["samesite"]) == (True, "/", "", "Lax")
    assert settings.SESSION_COOKIE_NAME == "__Host-sid"
    assert settings.SESSION_COOKIE_SECURE
    assert settings.SESSION_COOKIE_HTTPONLY
