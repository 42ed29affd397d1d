"""What a notice says about the data itself: which, why, how it is handled and how long it is kept."""

from __future__ import annotations

from leadcore.consent.notice_wording import HOW, HOW_LONG, N_, WHAT, WHY, says

_DATA = (N_("We use: {data_categories}."),)
_PURPOSES = (N_("We use your data for: {purposes}."),)
_RETENTION = (
    N_("We keep your data until you withdraw your consent, and no longer than {retention} after our last contact."),
    N_(
        "We keep your data until you withdraw your consent, at most this number of months after our last contact: {retention_months}."
    ),
    N_("We keep your data until you withdraw your consent."),
)
_MEANS = (N_("We collect the data through this form, directly from you, and process it by computer."),)
ENCRYPTED = N_("Your data is encrypted on its way to us, and only people who need it for their work can see it.")
_SECURITY = (N_("We protect your data by: {security}."), ENCRYPTED)
_OPERATIONS = (
    N_(
        "We record, store, sort, update and use your data, pass it to the recipients named here, and delete it. This is done by computer."
    ),
)

WHAT_DATA = (
    says(
        "subject_name",
        WHAT,
        N_("The data is about {subject_name}."),
        N_("The data is about you, the person named in the form."),
    ),
    says("categories", WHAT, *_DATA),
    says("itemised_data", WHAT, N_("From this form we collect each of these: {data_items}."), *_DATA),
    says("items", WHAT, *_DATA),
    says("kinds_of_data", WHAT, *_DATA),
    says("description", WHAT, *_DATA),
    says(
        "sensitive_flag",
        WHAT,
        N_("These are sensitive data: {sensitive_data}."),
        N_("None of these are sensitive data."),
    ),
    says(
        "sensitive_optional",
        WHAT,
        N_("You do not have to answer questions about sensitive data, such as: {sensitive_data}."),
        N_("We ask for no sensitive data. Should we ever do so, you do not have to answer."),
    ),
    says("source", WHAT, N_("The data comes from: {source}."), N_("The data comes from you, through this form.")),
    says("means", WHAT, *_MEANS),
    says(
        "mandatory_or_optional",
        WHAT,
        N_("These fields are needed for your request: {required_fields}. All others are optional."),
        N_("Fields that you may leave empty are marked as optional. We need all others for your request."),
    ),
)

WHY_DATA = (
    says("purposes", WHY, *_PURPOSES),
    says("purposes_specified", WHY, N_("Each item is used for a purpose of its own: {purposes_by_item}."), *_PURPOSES),
    says(
        "purposes_necessary_vs_voluntary",
        WHY,
        N_("Needed for your request: {necessary_purposes}. Voluntary, and only if you agree: {voluntary_purposes}."),
        N_("Needed for your request: answering it. Voluntary, and only if you agree: {purposes}."),
    ),
    says(
        "goods_or_services",
        WHY,
        N_("With your data we can offer you: {goods_or_services}."),
        N_("With your data we can send you what you asked for in this form."),
    ),
    says(
        "classes_of_marketing",
        WHY,
        N_("Our marketing is about: {goods_or_services}."),
        N_("Our marketing is about the products and services of {controller}."),
    ),
    says(
        "ad_content_method_form_frequency",
        WHY,
        N_("The advertising is about {goods_or_services}. It comes by {channels}, in this rhythm: {frequency}."),
        N_(
            "The advertising is about the products and services of {controller} and comes only by the channels you tick."
        ),
    ),
    says(
        "legal_basis",
        WHY,
        N_("Our legal basis: {legal_basis}."),
        N_(
            "The legal basis for marketing is your consent (Article 6(1)(a) {gdpr}). For answering your request, it is what you asked us to do before a contract or under one (Article 6(1)(b) {gdpr})."
        ),
        N_("Our legal basis is your consent. For answering your request, it is the request itself."),
    ),
    says(
        "legitimate_interest",
        WHY,
        N_("We also rely on this legitimate interest: {legitimate_interest}."),
        N_("We rely on no legitimate interest to send you marketing."),
    ),
    says(
        "law",
        WHY,
        N_("This law requires or allows us to collect the data: {law}."),
        N_("No law obliges you to give us this data."),
    ),
    says(
        "automated_decisions",
        WHY,
        N_("Some decisions are made by computer alone: {automated_decisions}."),
        N_("No decision about you is made by computer alone."),
    ),
)

HOW_HANDLED = (
    says(
        "means_and_duration",
        HOW,
        N_("We collect the data through this form and process it by computer, for as long as stated in this notice."),
    ),
    says("processing_method", HOW, *_MEANS),
    says("processing_operations", HOW, *_OPERATIONS),
    says("processing_details", HOW, *_OPERATIONS),
    says(
        "method_and_legal_basis",
        HOW,
        N_("We collect the data through this form, by computer. The legal basis: {legal_basis}."),
        N_(
            "We collect the data through this form, by computer. The legal basis is your consent. For answering your request, it is the request itself."
        ),
    ),
    says(
        "period_area_recipients_manner",
        HOW,
        N_(
            "The data is used by us and the recipients named here, by computer, for as long as stated in this notice. Country: {storage_country}."
        ),
        N_("The data is used by us and the recipients named here, by computer, for as long as stated in this notice."),
    ),
    says("security", HOW, *_SECURITY),
    says("security_measures", HOW, *_SECURITY),
    says(
        "responsibilities",
        HOW,
        N_(
            "{controller} decides how your data is used and answers for it. Companies that work for us may use it only on our instructions."
        ),
    ),
    says(
        "public_dissemination",
        HOW,
        N_("Your data is made public in: {published_in}."),
        N_("Your data is not made public."),
    ),
)

HOW_LONG_KEPT = (
    says("retention", HOW_LONG, *_RETENTION),
    says("retention_or_use", HOW_LONG, *_RETENTION),
    says(
        "duration",
        HOW_LONG,
        N_("Your consent holds for {consent_term}, unless you withdraw it earlier."),
        N_("Your consent holds for {retention}, unless you withdraw it earlier."),
        N_("Your consent holds for this number of months, unless you withdraw it earlier: {retention_months}."),
        N_("Your consent holds until you withdraw it."),
    ),
)
