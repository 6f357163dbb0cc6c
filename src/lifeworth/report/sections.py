"""The chapters of the page in their order: what a reader asks first comes first."""

from collections.abc import Iterator
from itertools import groupby

from lifeworth.answers.gather import Answers
from lifeworth.report.bill_words import of_bills
from lifeworth.report.card import Card, Section
from lifeworth.report.cards.acquisition import acquisition_cards
from lifeworth.report.cards.audit import health_cards, worth_cards
from lifeworth.report.cards.chosen import chosen_card
from lifeworth.report.cards.cohorts import cohorts_cards
from lifeworth.report.cards.distribution import distribution_card, evidence_card
from lifeworth.report.cards.experiments import experiments_cards
from lifeworth.report.cards.fit import fit_cards
from lifeworth.report.cards.lists import lists_cards
from lifeworth.report.cards.margins import margins_cards
from lifeworth.report.cards.method import method_card
from lifeworth.report.cards.moved import moved_cards
from lifeworth.report.cards.newcomers import newcomers_cards
from lifeworth.report.cards.personas import personas_cards
from lifeworth.report.cards.products import products_cards
from lifeworth.report.cards.proof import proof_cards
from lifeworth.report.cards.prospects import prospects_cards
from lifeworth.report.cards.readiness import readiness_cards
from lifeworth.report.cards.retention import retention_cards
from lifeworth.report.cards.segments import segments_cards
from lifeworth.report.cards.spenders import spenders_card
from lifeworth.report.cards.waterfall import waterfall_card
from lifeworth.report.cards.whale import whale_card
from lifeworth.report.cards.whole import whole_cards
from lifeworth.report.voice import Voice

CUSTOMERS, MONEY, GROWTH, KEEPING = "Customers", "Money", "Growth", "Keeping"
BASE, TRUST = "The whole base", "Trust"


def sections(answers: Answers, voice: Voice) -> tuple[Section, ...]:
    """Every chapter that has anything to say, top to bottom, those of a group together."""
    found = tuple(chapter for chapter in _chapters(answers, voice) if chapter.cards)
    return tuple(map(of_bills, found)) if voice.bills else found


def contents(chapters: tuple[Section, ...]) -> tuple[tuple[str, tuple[Section, ...]], ...]:
    """The chapters under the names of their groups."""
    return tuple((group, tuple(found)) for group, found in groupby(chapters, key=lambda chapter: chapter.group))


def _chapters(answers: Answers, voice: Voice) -> Iterator[Section]:
    yield Section("worth", "Worth", "Who is worth what", "", _worth(answers, voice), CUSTOMERS)
    yield Section(
        "segments",
        "Segments",
        "Who stands where, and who moved?",
        "",
        segments_cards(answers.segments, voice),
        CUSTOMERS,
    )
    alike = personas_cards(answers.personas, voice)
    yield Section("personas", "Personas", "What do the best customers have in common?", "", alike, CUSTOMERS)
    yield Section(
        "customers",
        "Lists",
        "Lists to act on",
        _lists_intro(voice),
        lists_cards(answers.lists, answers.worth, voice),
        CUSTOMERS,
    )
    yield Section("money", _money_name(voice), "Where the money goes", "", _money(answers, voice), MONEY)
    lost = margins_cards(answers.margins, voice)
    yield Section("margins", "Margins", "Where does profit leak?", "", lost, MONEY)
    sold = products_cards(answers.products, voice)
    yield Section("products", "Products", "Which products bring lasting profit?", "", sold, MONEY)
    yield Section("cohorts", "Cohorts", "Do new customers pay?", "", _cohorts(answers, voice), GROWTH)
    won = acquisition_cards(answers.acquisition, voice)
    yield Section("acquisition", "Acquisition", "Does each euro contribute?", "", won, GROWTH)
    sought = prospects_cards(answers.prospects, voice)
    if won:  # there a newcomer's worth stands by channel, from the newcomers seen
        sought = tuple(card for card in sought if card.key != "prospects-ceilings-newcomers")
    yield Section("prospects", "Prospects", "Where are the next good customers?", "", sought, GROWTH)
    kept = retention_cards(answers.retention, voice)
    asked = "How does recurring revenue go on?" if voice.bills else "Whom is it worth writing to?"
    yield Section("retention", "Retention", asked, "", kept, KEEPING)
    tried = experiments_cards(answers.experiments, voice)
    yield Section("experiments", "Experiments", "Did it work?", "", tried, KEEPING)
    yield Section("health", "Health", "How healthy is the base?", "", health_cards(answers.audit, voice), BASE)
    ahead = worth_cards(answers.audit, voice)
    menu, asked = "Equity", "What is the base worth, with the customers to come?"
    if voice.bills:
        menu, asked = "Newcomers", "How many customers are to come?"
    yield Section("equity", menu, asked, "", ahead, BASE)
    moved = () if answers.moved is None else moved_cards(answers.moved, voice)
    yield Section("moved", "Changes", "What moved since the last run", "", moved, TRUST)
    proved = proof_cards(answers.proof, answers.chosen.correction, voice)
    yield Section("trust", "Proof", "How wrong were we on past days?", "", proved, TRUST)
    yield Section("data", "Data", "May you believe this?", "", readiness_cards(answers.readiness, voice), TRUST)
    yield Section("method", "Method", "How it was made", "", _method(answers, voice), TRUST)


def _money_name(voice: Voice) -> str:
    return "Profit" if voice.facts.in_profit else "Revenue"


def _lists_intro(voice: Voice) -> str:
    return (
        f"{_alike(voice)}Each figure is expected {voice.worth} over {voice.ahead}; the band beside it is its {voice.level} range. "
        "Evidence A: the customer's own history carries it; D: it rests on what others like them did. "
        f"“Most likely {voice.money.exact(0.0)}” stands where nothing comes in at least {voice.level} of the simulated "
        "futures; the expected figure is the average over all of them. How the range of a sum is made: see Method."
    )


def _alike(voice: Voice) -> str:
    return (
        f"{voice.alike} by what they should bring; the order within a list is no finding. " if voice.no_signal else ""
    )


def _worth(answers: Answers, voice: Voice) -> tuple[Card, ...]:
    return (
        spenders_card(answers.spenders, voice),
        whale_card(answers.whale, voice),
        *whole_cards(answers.worth, voice),
    )


def _money(answers: Answers, voice: Voice) -> tuple[Card, ...]:
    return (
        waterfall_card(answers.waterfall, voice),
        distribution_card(answers.distribution, voice),
        evidence_card(answers.distribution, voice),
    )


def _cohorts(answers: Answers, voice: Voice) -> tuple[Card, ...]:
    return (*cohorts_cards(answers.cohorts, voice), *newcomers_cards(answers.newcomers, voice))


def _method(answers: Answers, voice: Voice) -> tuple[Card, ...]:
    return (chosen_card(answers.chosen, voice), *fit_cards(answers.fit), method_card(answers, voice))
