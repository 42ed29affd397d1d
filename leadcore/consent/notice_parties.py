"""What a notice says about people and places: who asks, who else receives the data, where it is kept."""

from __future__ import annotations

from leadcore.consent.notice_data import ENCRYPTED
from leadcore.consent.notice_wording import N_, RECIPIENTS, WHERE, WHO, says

_CONTACT = (
    N_("Write to {contact_email} or call {phone}."),
    N_("Write to {contact_email}."),
)
_DPO = (
    N_("Questions about your data are answered by {dpo_contact}."),
    N_("Questions about your data are answered by {controller} at {contact_email}."),
)
APART_FROM_US = (
    N_("Apart from us, these companies receive your data because they work for us: {recipients}."),
    N_("Apart from us, nobody receives your data."),
)
_STAYS = (
    N_("Your data stays in this country and does not leave it: {home_country}."),
    N_(
        "Your data stays in this area and does not leave it: {home_area}. It is kept in this country: {storage_country}."
    ),
)
_KEPT = (
    N_("Your data is kept in this country: {storage_country}."),
    N_("Where your data is kept is written in our privacy policy: {privacy_url}"),
)
_TRANSFERS = (
    *_STAYS,
    N_(
        "Your data is kept in this country: {storage_country}. It may also be used in: {other_countries}. The basis of the transfer: {transfer_basis}."
    ),
    N_("Your data is kept in this country: {storage_country}. The basis of the transfer: {transfer_basis}."),
    N_("Your data is kept in this country: {storage_country}. It may also be used in: {other_countries}."),
    *_KEPT,
)
_COUNTRIES = (
    *_STAYS,
    N_("Countries in which your data may be used: {transfer_countries}."),
    *_KEPT,
)
_SAFEGUARDS = (
    *_STAYS,
    N_("When your data is kept abroad, it is protected by: {transfer_safeguards}."),
    ENCRYPTED,
)

WHO_WE_ARE = (
    says("controller", WHO, N_("{controller} is responsible for your data.")),
    says(
        "controller_and_bin",
        WHO,
        N_("{controller}, registration number {registration_number}, is responsible for your data."),
        N_("{controller} is responsible for your data."),
    ),
    says(
        "on_whose_behalf",
        WHO,
        N_("We ask for your consent on behalf of {on_whose_behalf}."),
        N_("{controller} asks for your consent for itself, on nobody else's behalf."),
    ),
    says(
        "postal",
        WHO,
        N_("Postal address: {postal_address}"),
        N_("Write to {contact_email} and we will send you our postal address."),
    ),
    says("contact", WHO, *_CONTACT),
    says(
        "representative",
        WHO,
        N_("Our representative for your country: {representative}"),
        N_("You can reach us directly at {contact_email}; no other company represents us in your country."),
    ),
    says("dpo", WHO, *_DPO),
    says("contact_dpo", WHO, *_DPO),
    says(
        "contact_privacy_officer",
        WHO,
        N_("Person in charge of the protection of personal information: {privacy_contact}"),
        *_DPO,
    ),
)

WHO_ELSE = (
    says("recipients", RECIPIENTS, *APART_FROM_US),
    says(
        "recipients_names",
        RECIPIENTS,
        N_("These companies receive your data, and you can contact each of them: {recipient_contacts}."),
        *APART_FROM_US,
    ),
    says("recipients_classes", RECIPIENTS, *APART_FROM_US),
    says("third_party_names_or_categories", RECIPIENTS, *APART_FROM_US),
    says(
        "third_party_transfer",
        RECIPIENTS,
        N_("Your data is passed to third parties that work for us: {recipients}."),
        N_("Your data is not passed to third parties."),
    ),
    says(
        "transferees",
        RECIPIENTS,
        N_("We give your data for their own marketing to: {partners}."),
        N_("We give your data to nobody for their own marketing."),
    ),
    says(
        "for_gain",
        RECIPIENTS,
        N_("We receive payment or another benefit when we pass on your data: {gain}."),
        N_("We receive no payment or other benefit for passing on your data."),
    ),
    says(
        "sale_or_share",
        RECIPIENTS,
        N_("We sell your data, or share it for advertising across websites, to: {sold_to}."),
        N_("We do not sell your data or share it for advertising across websites."),
    ),
)

WHERE_IT_IS = (
    says("transfers", WHERE, *_TRANSFERS),
    says("transfers_countries", WHERE, *_COUNTRIES),
    says(
        "overseas_recipient",
        WHERE,
        *_STAYS,
        N_("Recipients abroad: {overseas_recipients}. To reach them, write to {contact_email}."),
        N_(
            "No company abroad receives your data for its own use. Your data is kept in this country: {storage_country}."
        ),
        *_KEPT,
    ),
    says(
        "cross_border_transfer",
        WHERE,
        *_STAYS,
        N_("Your data leaves your country. It may be used in: {transfer_countries}."),
        N_(
            "Your data is kept in this country: {storage_country}. If you live in another country, it leaves your country."
        ),
        N_("Whether your data leaves your country is written in our privacy policy: {privacy_url}"),
    ),
    says(
        "outside_quebec",
        WHERE,
        N_("Your data may be sent outside Quebec, but it does not leave this country: {home_country}."),
        N_("Your data may be sent outside Quebec. It is kept in this country: {storage_country}."),
        N_("Your data may be sent outside Quebec."),
    ),
    says(
        "risks_of_transfer",
        WHERE,
        *_STAYS,
        N_(
            "Abroad, your rights may be harder to enforce and authorities may have other powers. We reduce these risks by: {transfer_safeguards}."
        ),
        N_("Abroad, your rights may be harder to enforce and authorities may have other powers."),
    ),
    says("safeguards", WHERE, *_SAFEGUARDS),
)
