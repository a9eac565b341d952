"""Every page of the interface: the template that makes it, and an address that shows it.

One list a person. A new page template gets a line here; `test_axe.py` fails until it has one, and
fails as well when an address shows another template than the line says. What stands in braces is
filled in by the test that visits the list.
"""

A_STRANGER = [
    ("public/home.html", "/"),
    ("public/catalogue.html", "/modules/"),
    ("public/catalogue.html", "/modules/?audience=doctor&open=yes"),
    ("public/module.html", "/modules/X1/"),
    ("public/module.html", "/modules/X2/"),
    ("public/path.html", "/paths/nurse/"),
    ("public/help.html", "/help/"),
    ("public/accessibility.html", "/accessibility/"),
    ("public/privacy.html", "/privacy/"),
    ("public/report.html", "/report/"),
    ("public/verify.html", "/verify/"),
    ("learner/join.html", "/learn/join/{invitation}/"),
    ("accounts/demo.html", "/account/demo/"),
    ("account/login.html", "/account/login/"),
    ("account/signup.html", "/account/signup/"),
    ("account/password_reset.html", "/account/password/reset/"),
    ("account/password_reset_done.html", "/account/password/reset/done/"),
    ("account/password_reset_from_key.html", "/account/password/reset/key/x-y/"),
    ("account/password_reset_from_key_done.html", "/account/password/reset/key/done/"),
    ("account/request_login_code.html", "/account/login/code/"),
    ("account/account_inactive.html", "/account/inactive/"),
    ("errors/404.html", "/nothing-here/"),
    ("errors/400.html", "/modules/?{too_many}"),
]
AFTER_ASKING_FOR_A_CODE = [
    ("account/confirm_login_code.html", "/account/login/code/confirm/"),
]
AFTER_THE_PASSWORD = [
    ("mfa/authenticate.html", "/account/2fa/authenticate/"),
]
AINO_BEGINS = [
    ("learner/home.html", "/learn/"),
    ("learner/module.html", "/learn/{key}/"),
    ("learner/page.html", "/learn/{key}/first-look/"),
    ("learner/practice.html", "/learn/{key}/small-check/"),
    ("learner/case.html", "/learn/{key}/trial/"),
    ("learner/page.html", "/learn/{key}/note/"),
    ("learner/test_start.html", "/learn/{key}/test/"),
    ("learner/feedback.html", "/learn/{key}/feedback/"),
    ("learner/report.html", "/learn/{key}/first-look/report/"),
    ("learner/leave.html", "/learn/{key}/leave/"),
    ("learner/credits.html", "/learn/credits/"),
    ("learner/study_consent.html", "/learn/studies/pilot/"),
    ("errors/403.html", "/teach/"),
]
AINO_IN_HER_ACCOUNT = [
    ("accounts/home.html", "/account/"),
    ("mydata/home.html", "/my-data/"),
    ("mydata/erase.html", "/my-data/erase/"),
    ("account/email.html", "/account/email/"),
    ("account/password_change.html", "/account/password/change/"),
    ("account/logout.html", "/account/logout/"),
    ("account/reauthenticate.html", "/account/reauthenticate/"),
    ("mfa/index.html", "/account/2fa/"),
    ("mfa/totp/activate_form.html", "/account/2fa/totp/activate/"),
    ("mfa/webauthn/add_form.html", "/account/2fa/webauthn/add/"),
]
AINO_WITH_A_SECOND_STEP = [
    ("mfa/index.html", "/account/2fa/"),
    ("mfa/reauthenticate.html", "/account/2fa/reauthenticate/"),
    ("mfa/totp/deactivate_form.html", "/account/2fa/totp/deactivate/"),
    ("mfa/recovery_codes/index.html", "/account/2fa/recovery-codes/"),
    ("mfa/recovery_codes/generate.html", "/account/2fa/recovery-codes/generate/"),
    ("mfa/webauthn/edit_form.html", "/account/2fa/webauthn/keys/{passkey}/edit/"),
    (
        "mfa/webauthn/authenticator_confirm_delete.html",
        "/account/2fa/webauthn/keys/{passkey}/remove/",
    ),
]
AINO_WITHOUT_A_PASSWORD = [
    ("account/password_set.html", "/account/password/set/"),
]
AINO_WITH_A_PASSKEY = [
    ("mfa/webauthn/authenticator_list.html", "/account/2fa/webauthn/"),
    ("mfa/webauthn/reauthenticate.html", "/account/2fa/webauthn/reauthenticate/"),
]
AFTER_SIGNING_UP = [
    ("account/confirm_email_verification_code.html", "/account/confirm-email/"),
]
AINO_UNDER_WAY = [
    ("learner/home.html", "/learn/"),
    ("learner/module.html", "/learn/{key}/"),
    ("learner/practice_done.html", "/learn/{key}/small-check/"),
    ("learner/case_end.html", "/learn/{key}/trial/"),
    ("learner/test_question.html", "/learn/{key}/test/1/"),
    ("learner/test_check.html", "/learn/{key}/test/check/"),
    ("learner/study_questions.html", "/learn/studies/pilot/pre/"),
]
AINO_HAS_AN_ANSWER_KEPT = [
    ("learner/kept.html", "/learn/kept/"),
]
AINO_HAS_DONE_IT_ALL = [
    ("learner/home.html", "/learn/"),
    ("learner/module.html", "/learn/{key}/"),
    ("learner/test_result.html", "/learn/{key}/test/result/1/"),
    ("learner/test_start.html", "/learn/{key}/test/"),
    ("learner/feedback_done.html", "/learn/{key}/feedback/"),
    ("learner/credits.html", "/learn/credits/"),
    ("learner/forms.html", "/learn/credits/{credential}/"),
    ("learner/study.html", "/learn/studies/pilot/"),
    ("public/credential.html", "/c/{token}/"),
    ("public/path_certificate.html", "/p/{path}/"),
]
WITHDRAWN = [
    ("public/credential.html", "/c/{token}/"),
    ("public/path_certificate.html", "/p/{path}/"),
    ("learner/credits.html", "/learn/credits/"),
]
AINO_WRITES_A_CLAIM = [
    ("learner/recognition.html", "/learn/recognition/{key}/"),
    ("learner/claim.html", "/learn/recognition/claim/{claim}/"),
    ("learner/recognition.html", "/learn/recognition/claim/{claim}/change/"),
    ("learner/claim_evidence.html", "/learn/recognition/claim/{claim}/add/file/"),
    ("learner/claim_evidence.html", "/learn/recognition/claim/{claim}/add/credential/"),
    ("learner/claim_evidence.html", "/learn/recognition/claim/{claim}/add/statement/"),
    ("learner/claim_take_back.html", "/learn/recognition/claim/{claim}/take-back/"),
]
AINO_READS_A_DECISION = [
    ("learner/home.html", "/learn/"),
    ("learner/module.html", "/learn/{key}/"),
    ("learner/claim.html", "/learn/recognition/claim/{claim}/"),
    ("learner/claim_appeal.html", "/learn/recognition/claim/{claim}/appeal/"),
]
FARAH_WAITS = [
    ("learner/home.html", "/learn/"),
    ("learner/waiting.html", "/learn/{key}/"),
]
FARAH_HAS_LEFT = [
    ("learner/left.html", "/learn/{key}/"),
]
BEN_TEACHES = [
    ("teach/home.html", "/teach/"),
    ("teach/home.html", "/teach/?text=nothing"),
    ("teach/cohort.html", "/teach/runs/{run}/"),
    ("teach/cohort_form.html", "/teach/runs/new/"),
    ("teach/cohort_form.html", "/teach/runs/{run}/edit/"),
    ("teach/enrol_csv.html", "/teach/runs/{run}/enrol/"),
]
ONNI_ADMINISTERS = [
    ("manage/home.html", "/manage/"),
    ("manage/trail.html", "/manage/trail/"),
    ("manage/organisation.html", "/manage/o/{provider}/"),
    ("manage/sites.html", "/manage/o/{provider}/sites/"),
    ("manage/signatories.html", "/manage/o/{provider}/signatories/"),
    ("manage/roles.html", "/manage/o/{provider}/roles/"),
    ("manage/withdraw_role.html", "/manage/o/{provider}/roles/{role}/withdraw/"),
    ("manage/record_store.html", "/manage/o/{provider}/records/"),
    ("manage/record_export.html", "/manage/o/{provider}/records/export/"),
    ("manage/record_retention.html", "/manage/o/{provider}/records/retention/"),
    ("manage/record_erase.html", "/manage/o/{provider}/records/erase/"),
    ("manage/record_keys.html", "/manage/o/{provider}/record-keys/?which=all"),
    ("manage/new_record_key.html", "/manage/o/{provider}/record-keys/new/"),
    ("manage/record_key.html", "/manage/o/{provider}/record-keys/{client}/"),
    ("manage/revoke_record_key.html", "/manage/o/{provider}/record-keys/{client}/revoke/"),
    ("manage/outbox.html", "/manage/outbox/"),
    ("manage/grants.html", "/manage/grants/"),
    ("manage/grant.html", "/manage/grants/{grant}/"),
    ("manage/new_grant.html", "/manage/grants/new/"),
    (
        "manage/new_grant.html",
        "/manage/grants/new/?version={version}&rule=eaccme-e-learning",
    ),
]
ELENI_DESIGNS = [
    ("author/home.html", "/author/"),
    ("author/module.html", "/author/modules/X1/"),
    ("author/withdraw.html", "/author/modules/X1/withdraw/"),
    ("manage/error_reports.html", "/manage/reports/"),
    ("manage/answer_report.html", "/manage/reports/{report}/"),
]
RITA_KEEPS_THE_REGISTER = [
    ("manage/credentials.html", "/manage/credentials/"),
    ("manage/credentials.html", "/manage/credentials/?state=suspended"),
    ("manage/withdraw_credential.html", "/manage/credentials/{credential}/withdraw/"),
    ("manage/course_runs.html", "/manage/course-runs/"),
    ("manage/issuing_run.html", "/manage/issuing/{issuing}/"),
    ("manage/credential.html", "/manage/credentials/{credential}/"),
    ("manage/suspend_credential.html", "/manage/credentials/{credential}/suspend/"),
    ("manage/issue_hand.html", "/manage/credentials/issue/"),
    ("manage/issue_csv.html", "/manage/credentials/issue/csv/"),
    ("manage/issue_requests.html", "/manage/credentials/requests/"),
    ("manage/issue_requests.html", "/manage/credentials/requests/?state=all&how=completion"),
    ("manage/issue_request.html", "/manage/credentials/requests/{asked}/"),
    ("manage/issue_correct.html", "/manage/credentials/{credential}/correct/"),
]
RITA_KEEPS_PATHS = [
    ("manage/path_certificates.html", "/manage/path-certificates/"),
    ("manage/withdraw_path.html", "/manage/path-certificates/{path}/withdraw/"),
    ("manage/endorsements.html", "/manage/endorsements/"),
    ("manage/ask_endorsement.html", "/manage/endorsements/ask/"),
    ("manage/endorsement.html", "/manage/endorsements/{endorsement}/"),
    ("public/module.html", "/modules/X1/"),
]
RITA_DECIDES_A_CLAIM = [
    ("manage/recognition.html", "/manage/recognition/"),
    ("manage/claim.html", "/manage/recognition/{claim}/"),
]
OTTO_ENDORSES = [
    ("manage/endorsement.html", "/manage/endorsements/{question}/"),
    ("manage/endorsement.html", "/manage/endorsements/{endorsement}/"),
    ("manage/withdraw_endorsement.html", "/manage/endorsements/{endorsement}/withdraw/"),
]
CHIARA_EVALUATES = [
    ("evaluate/home.html", "/evaluate/"),
    ("evaluate/study.html", "/evaluate/pilot/"),
    ("evaluate/study_form.html", "/evaluate/new/"),
    ("evaluate/study_form.html", "/evaluate/pilot/edit/"),
    ("evaluate/freeze.html", "/evaluate/pilot/freeze/"),
]
# These are met by doing something, in tests of their own.
MET_BY_AN_ACT = [
    ("errors/csrf.html", "a form without its token"),
    ("errors/429.html", "asking too often"),
    ("errors/500.html", "a fault of ours"),
    ("mydata/receipt.html", "erasing an account"),
    ("manage/record_key_secret.html", "making a key of the record store"),
    ("manage/record_retention_check.html", "setting a rule of retention"),
    ("manage/record_erase_check.html", "erasing somebody from the record store"),
    ("manage/issue_check.html", "filling in what is issued by hand"),
    ("manage/issue_decide.html", "choosing what is approved"),
    ("manage/claim_check.html", "deciding a claim of prior learning"),
]

ALL = [
    A_STRANGER, AFTER_ASKING_FOR_A_CODE, AFTER_THE_PASSWORD, AINO_BEGINS, AINO_IN_HER_ACCOUNT,
    AINO_WITH_A_SECOND_STEP, AINO_WITHOUT_A_PASSWORD, AINO_WITH_A_PASSKEY, AFTER_SIGNING_UP,
    AINO_UNDER_WAY, AINO_HAS_AN_ANSWER_KEPT, AINO_HAS_DONE_IT_ALL,
    WITHDRAWN, FARAH_WAITS, FARAH_HAS_LEFT, BEN_TEACHES, ONNI_ADMINISTERS, ELENI_DESIGNS,
    RITA_KEEPS_THE_REGISTER, RITA_KEEPS_PATHS, AINO_WRITES_A_CLAIM, AINO_READS_A_DECISION,
    RITA_DECIDES_A_CLAIM, OTTO_ENDORSES, CHIARA_EVALUATES, MET_BY_AN_ACT,
]  # fmt: skip
