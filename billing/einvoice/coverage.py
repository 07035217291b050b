"""What each country asks of invoices between businesses, and how far our files go.

As the laws stood in November 2026; sentences for a person, not advice.
"""

from dataclasses import dataclass

from billing.refusals import N_


@dataclass(frozen=True)
class Coverage:
    """What the law says, what the files do for it, and what is left to do."""

    country: str
    law: str
    covered: str
    left: str


COVERAGE = (
    Coverage(
        "DE",
        N_(
            "Businesses must be able to receive e-invoices since 2025. They must send them from"
            " 2027 on, with a turnover of up to 800,000 euro from 2028 on. Small businesses (§ 19)"
            " need not."
        ),
        N_("The PDF is ZUGFeRD, which counts as an e-invoice. Public bodies take XRechnung."),
        N_("Mailing the PDF is enough. For public bodies, upload the XRechnung to their portal."),
    ),
    Coverage(
        "BE",
        N_("Invoices between businesses must go through the Peppol network since 2026."),
        N_("The Peppol file is what the network carries."),
        N_("Milepost is not connected to Peppol. Send the file through an access point."),
    ),
    Coverage(
        "FR",
        N_(
            "Businesses must be able to receive e-invoices since September 2026. Small ones must"
            " send them from September 2027 on, through an approved platform."
        ),
        N_("The PDF is Factur-X, with the notes on late payment that the law asks for."),
        N_("Milepost is not such a platform. Hand the PDF to the one that you chose."),
    ),
    Coverage(
        "PL",
        N_("Invoices between businesses must go through KSeF since 2026."),
        N_("Nothing: KSeF takes files of its own kind, FA(3), which Milepost does not make."),
        N_("Enter the invoice in KSeF, or in a program that is connected to it."),
    ),
    Coverage(
        "IT",
        N_("Invoices must go through the Sistema di Interscambio since 2019."),
        N_("Nothing: it takes FatturaPA, which Milepost does not make."),
        N_("Enter the invoice in a program that is connected to it."),
    ),
    Coverage(
        "RO",
        N_("Invoices between businesses must be reported to RO e-Factura since 2024."),
        N_("Nothing: it takes files with rules of its own, which Milepost does not make."),
        N_("Enter the invoice in RO e-Factura, or in a program that is connected to it."),
    ),
)


ELSEWHERE = Coverage(
    "",
    N_("Public bodies must accept e-invoices of the European standard, EN 16931."),
    N_("The PDF holds one, and the Peppol file is another."),
    N_("Mail the PDF, or send the Peppol file through an access point."),
)
"""Other countries of the Union."""


def of(country: str) -> Coverage:
    """What holds where a seller is."""
    return next((each for each in COVERAGE if each.country == country), ELSEWHERE)
