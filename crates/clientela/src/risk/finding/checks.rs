//! The checks in their order, with their sources and what to do.

use super::{Check, contact, money, people, record};

pub(super) const CHECKS: [Check; 26] = [
    Check {
        name: "dependence",
        source: "R32, S2.49, S2.50",
        advice: "Strengthen sales so that others bring more: win new clients, and grow those \
                 that there are. Do not make the large one smaller.",
        record: "Give the sales of the time that `risk.window` looks back on.",
        judge: money::dependence,
    },
    Check {
        name: "sales_decline",
        source: "S0.1",
        advice: "First work the clients that you have. Do not stop looking for new ones.",
        record: "Give the sales of at least two complete periods.",
        judge: money::sales_decline,
    },
    Check {
        name: "growth_hides_decline",
        source: "R36, S1.3",
        advice: "Sales grow by new clients only: find out which clients buy less, and why, \
                 before the growth ends.",
        record: "Give the sales of at least two complete periods.",
        judge: money::growth_hides_decline,
    },
    Check {
        name: "no_loyalty_work",
        source: "R28, S2.18a, S2.27",
        advice: "Set money and time aside to keep clients: offers to loyal ones, greetings, \
                 training of the staff.",
        record: "Keep a record of what is done to win clients and to keep them, and of what it \
                 costs.",
        judge: money::no_loyalty_work,
    },
    Check {
        name: "bonuses_only",
        source: "R37, S1.14",
        advice: "Bonuses alone hold nobody: serve better, and add what has no price, such as a \
                 club, meetings, news of the best clients.",
        record: "Keep a record of what is done to keep clients.",
        judge: money::bonuses_only,
    },
    Check {
        name: "casual_buyers",
        source: "S2.38a",
        advice: "Give first-time buyers a reason to return; a firm that lives on casual buyers \
                 does not live long.",
        record: "Give the sales of the time that `risk.check_window` looks back on.",
        judge: money::casual_buyers,
    },
    Check {
        name: "margin_erosion",
        source: "R34, S3.2",
        advice: "Go through the terms of these VIPs: they pay much and leave less and less.",
        record: "Give the profit of each sale.",
        judge: record::margin_erosion,
    },
    Check {
        name: "slump_contact",
        source: "R37, S0.5",
        advice: "Stay in touch in good times too; clients who hear of you only when sales fall \
                 are not well looked after.",
        record: "Keep a record of talks and messages.",
        judge: contact::slump_contact,
    },
    Check {
        name: "no_follow_up",
        source: "R37, S2.1",
        advice: "Get in touch soon after a first purchase.",
        record: "Keep a record of talks and messages.",
        judge: contact::no_follow_up,
    },
    Check {
        name: "no_next_step",
        source: "R37, S1.11",
        advice: "End each talk with the next step, and write it down.",
        record: "Keep a record of talks.",
        judge: contact::no_next_step,
    },
    Check {
        name: "offers_only",
        source: "R37, S2.16",
        advice: "Send something useful between the offers.",
        record: "Keep a record of messages and of what they were about.",
        judge: contact::offers_only,
    },
    Check {
        name: "single_channel",
        source: "R37, S4.13",
        advice: "Use several channels for a campaign: many clients do not answer to one of them.",
        record: "Keep a record of messages, their channel and their campaign.",
        judge: contact::single_channel,
    },
    Check {
        name: "equal_treatment",
        source: "R37, S2.46",
        advice: "Give key clients and VIPs more of your time than the others.",
        record: "Keep a record of talks and messages, and of which clients are key.",
        judge: contact::equal_treatment,
    },
    Check {
        name: "head_absent",
        source: "R37, S2.46, S2.57",
        advice: "The head should see these key clients in person from time to time and know \
                 their owners and directors.",
        record: "Keep a record of who heads the firm and of whom the head meets.",
        judge: contact::head_absent,
    },
    Check {
        name: "no_owner",
        source: "S1.17, S2.44",
        advice: "Name a manager for each client, so that it knows whom to turn to.",
        record: "Keep a record of who looks after which client.",
        judge: people::no_owner,
    },
    Check {
        name: "keys_on_one",
        source: "R35, S1.18",
        advice: "Bring a second colleague into contact with each of these key clients.",
        record: "Keep a record of who is in contact with which client.",
        judge: people::keys_on_one,
    },
    Check {
        name: "few_persons",
        source: "R35, S2.44",
        advice: "Get to know more persons at these key clients, on several floors.",
        record: "Keep a record of the persons known at key clients.",
        judge: people::few_persons,
    },
    Check {
        name: "mixed_portfolio",
        source: "R37, S2.46",
        advice: "Give key clients a manager of their own who has no small clients besides.",
        record: "Keep a record of who looks after key clients.",
        judge: people::mixed_portfolio,
    },
    Check {
        name: "owner_runs_key",
        source: "S1.19",
        advice: "Let a manager coordinate the daily work; owner and head keep the relations.",
        record: "Keep a record of the roles of the staff.",
        judge: people::owner_runs_key,
    },
    Check {
        name: "reassigned",
        source: "S3.5",
        advice: "Stop handing these clients on: settle who keeps them, and why nobody wants to.",
        record: "Keep a record of who coordinated the work with which client, from when to when.",
        judge: people::reassigned,
    },
    Check {
        name: "thin_dossier",
        source: "R37, S2.46, S2.47",
        advice: "Learn more of these key clients: the persons, their birthdays, hobbies and \
                 tastes, what troubles the firm.",
        record: "Give portraits of the key clients.",
        judge: record::thin_dossier,
    },
    Check {
        name: "unused_file",
        source: "S2.23",
        advice: "Begin to use the file of clients: bring it up to date and contact those in it.",
        record: "Give portraits with the day of their last update, and keep a record of talks \
                 and messages.",
        judge: record::unused_file,
    },
    Check {
        name: "familiarity",
        source: "S1.10",
        advice: "Do not take friendliness for satisfaction: ask what is missing, and hold both \
                 sides to what was agreed.",
        record: "Rate relation and satisfaction apart, and keep a record of promises that \
                 clients broke.",
        judge: record::familiarity,
    },
    Check {
        name: "inattention",
        source: "S2.21",
        advice: "Most of those that left did so because nobody cared: get in touch with the \
                 others before they do.",
        record: "Ask clients that leave why, and keep a record of it.",
        judge: record::inattention,
    },
    Check {
        name: "broken_word",
        source: "R38, S2.38e",
        advice: "Keep promises by their day, tell of difficulties at once, and ask before you \
                 deliver early.",
        record: "Keep a record of promises and of when they were kept.",
        judge: record::broken_word,
    },
    Check {
        name: "surprises",
        source: "R38, S2.38f",
        advice: "Tell clients beforehand of all that changes, extras too.",
        record: "Keep a record of what clients got unasked.",
        judge: record::surprises,
    },
];
