"""Access control. Each function returns the object or raises 404 (may not know), 403 (may not act) or 409 (not now).

Every view starts with one of them. No other module decides what a person may read or do.
"""

from reviews.access.actionplan import may_keep_plan, plan_to_keep, plan_to_read
from reviews.access.exports import export_file_to_read
from reviews.access.factcheck import (
    may_remark,
    remark_to_answer,
    remark_to_change,
    review_to_remark,
    review_to_set_deadline,
    review_with_remarks,
)
from reviews.access.imports import upload_to_follow, upload_to_import
from reviews.access.interviews import (
    interview_to_change,
    interview_to_read,
    interview_to_save,
    review_to_interview,
    review_with_interviews,
)
from reviews.access.networks import (
    check_administrator,
    may_join,
    may_plan,
    network_to_manage,
    network_to_oversee,
    network_to_rename,
    networks_belonged_to,
    networks_overseen,
    organisation_to_join,
    organisation_to_plan,
    organisation_to_read,
    organisation_to_rename,
    organisations_led,
    organisations_to_join,
    organisations_to_plan,
)
from reviews.access.reviews import (
    SignedInRequest,
    leads,
    may_read_log,
    result_to_show,
    review_log_to_read,
    review_to_change_plan,
    review_to_change_status,
    review_to_correct,
    review_to_read,
)
from reviews.access.schedule import review_to_prepare, review_to_set_due, step_to_prepare, timeline_step_to_change
from reviews.access.scoring import (
    review_to_agree,
    review_to_compare,
    review_to_save,
    review_to_save_agreed,
    review_to_score,
    review_to_submit,
)

__all__ = [
    "SignedInRequest",
    "check_administrator",
    "export_file_to_read",
    "interview_to_change",
    "interview_to_read",
    "interview_to_save",
    "leads",
    "may_join",
    "may_keep_plan",
    "may_plan",
    "may_read_log",
    "may_remark",
    "network_to_manage",
    "network_to_oversee",
    "network_to_rename",
    "networks_belonged_to",
    "networks_overseen",
    "organisation_to_join",
    "organisation_to_plan",
    "organisation_to_read",
    "organisation_to_rename",
    "organisations_led",
    "organisations_to_join",
    "organisations_to_plan",
    "plan_to_keep",
    "plan_to_read",
    "remark_to_answer",
    "remark_to_change",
    "result_to_show",
    "review_log_to_read",
    "review_to_agree",
    "review_to_change_plan",
    "review_to_change_status",
    "review_to_compare",
    "review_to_correct",
    "review_to_interview",
    "review_to_prepare",
    "review_to_read",
    "review_to_remark",
    "review_to_save",
    "review_to_save_agreed",
    "review_to_score",
    "review_to_set_deadline",
    "review_to_set_due",
    "review_to_submit",
    "review_with_interviews",
    "review_with_remarks",
    "step_to_prepare",
    "timeline_step_to_change",
    "upload_to_follow",
    "upload_to_import",
]
