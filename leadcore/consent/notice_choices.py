"""What a notice says about the person's own say: the choice, the rights and where to complain."""

from __future__ import annotations

from leadcore.consent.notice_wording import CHOICE, COMPLAINTS, N_, RIGHTS, says

_CONSEQUENCES = (
    N_(
        "If you leave a field empty that is not marked as optional, we cannot answer your request. Leaving marketing boxes empty has no consequence."
    ),
)
_REFUSAL = (
    N_("You may say no to marketing. You will still get what you asked for; you only get no marketing from us."),
)
_WITHDRAW = (
    N_(
        "You can withdraw your consent at any time, as easily as you gave it: {withdraw_url} What we did before then stays lawful."
    ),
    N_(
        "You can withdraw your consent at any time by writing to {contact_email}. What we did before then stays lawful."
    ),
)
_OPT_OUT = (
    N_("You can opt out of the sale and sharing of your data and of targeted advertising here: {opt_out_url}"),
    N_("To opt out of the sale and sharing of your data and of targeted advertising, write to {contact_email}."),
)
_EXERCISE = (
    N_("You can use your rights here: {rights_url}"),
    N_("To use your rights, write to {contact_email}."),
)
_POLICY = (N_("Our privacy policy: {privacy_url}"),)

YOUR_CHOICE = (
    says("consequences", CHOICE, *_CONSEQUENCES),
    says("denial_consequences", CHOICE, *_REFUSAL),
    says("right_to_refuse_and_consequence", CHOICE, *_REFUSAL),
    says("withdraw", CHOICE, *_WITHDRAW),
    says("withdraw_link", CHOICE, *_WITHDRAW),
    says(
        "choices",
        CHOICE,
        N_("You can limit how we use your data: leave a box empty, or tell us later here: {rights_url}"),
        N_("You can limit how we use your data: leave a box empty, or write to {contact_email} later."),
    ),
    says(
        "opt_out_means",
        CHOICE,
        N_("You can refuse the voluntary purposes now, by leaving their boxes empty, or later here: {withdraw_url}"),
        N_(
            "You can refuse the voluntary purposes now, by leaving their boxes empty, or later by writing to {contact_email}."
        ),
    ),
    says("opt_out_link", CHOICE, *_OPT_OUT),
    says(
        "sensitive_limit_link",
        CHOICE,
        N_("You can limit the use of sensitive data here: {sensitive_limit_url}"),
        N_("We use no sensitive data to learn about you. To limit any use of it, write to {contact_email}."),
    ),
    says(
        "response_channel",
        CHOICE,
        N_("You can tell us your choice free of charge: {withdraw_url}"),
        N_("You can tell us your choice free of charge by writing to {contact_email}."),
    ),
    says(
        "phone_consent_statement",
        CHOICE,
        N_("If you give us your phone number, we call you for marketing only if you agree to it."),
    ),
    says(
        "coppa_notice_if_child",
        CHOICE,
        N_(
            "Children under 13: a parent has to agree before we collect more than what we need to reach the parent. Parents can write to {contact_email}."
        ),
    ),
)

YOUR_RIGHTS = (
    says(
        "rights",
        RIGHTS,
        N_(
            "Under the {gdpr} you can ask what data we hold about you, get a copy, have it corrected or deleted, have its use restricted, receive it in a common format to take it elsewhere, and object to its use: {rights_url}"
        ),
        N_(
            "Under the {gdpr} you can ask what data we hold about you, get a copy, have it corrected or deleted, have its use restricted, receive it in a common format to take it elsewhere, and object to its use. Write to {contact_email}."
        ),
        N_(
            "You can ask what data we hold about you, get a copy, have it corrected or deleted, and object to its use: {rights_url}"
        ),
        N_(
            "You can ask what data we hold about you, get a copy, have it corrected or deleted, and object to its use. Write to {contact_email}."
        ),
    ),
    says("rights_means", RIGHTS, *_EXERCISE),
    says(
        "rights_method",
        RIGHTS,
        N_(
            "To use your rights, send us your request here; we may ask you to show that the data is yours: {rights_url}"
        ),
        N_("To use your rights, write to {contact_email}; we may ask you to show that the data is yours."),
    ),
    says("rights_link", RIGHTS, *_EXERCISE),
    says(
        "post_mortem_rights",
        RIGHTS,
        N_("You can leave us instructions for what happens to your data after your death. Write to {contact_email}."),
    ),
    says("privacy_policy_link", RIGHTS, *_POLICY),
    says("policy_link", RIGHTS, *_POLICY),
)

YOUR_COMPLAINTS = (
    says(
        "complaint_to_controller",
        COMPLAINTS,
        N_(
            "You can complain to us first, at {contact_email}. We confirm that we have received your complaint within 30 days."
        ),
    ),
    says(
        "complaint",
        COMPLAINTS,
        N_("You can complain to {authority}: {authority_url}"),
        N_("You can complain to {authority}."),
        N_(
            "You can complain to the data protection authority of your country, or to the one where we are: {seat_authority}, {seat_authority_url}"
        ),
        N_("You can complain to the data protection authority of your country."),
    ),
    says(
        "complaint_to_board_link",
        COMPLAINTS,
        N_("You can complain to the Data Protection Board of India: {board_url}"),
        N_("You can complain to the Data Protection Board of India."),
    ),
    says(
        "complaint_authority_legend",
        COMPLAINTS,
        N_(
            "{legend_authority}, the supervisory body of the data protection law, receives complaints and claims from people whose rights under that law are infringed: {legend_authority_url}"
        ),
        N_(
            "{legend_authority}, the supervisory body of the data protection law, receives complaints and claims from people whose rights under that law are infringed."
        ),
        N_(
            "The supervisory body of the data protection law receives complaints and claims from people whose rights under that law are infringed."
        ),
    ),
    says(
        "appeal",
        COMPLAINTS,
        N_("If we refuse a request, you can appeal here: {appeal_url}"),
        N_("If we refuse a request, you can appeal by writing to {contact_email}. We answer in writing."),
    ),
)
