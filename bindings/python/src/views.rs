//! The views of a snapshot: a method for each.

use clientela::Snapshot;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict};
use serde_json::{Value as Json, json};

use crate::account::PyAccount;
use crate::convert::{client_id, day, each, to_json};
use crate::enter::Enter;
use crate::table::PyTable;

/// Questions to the whole base, whose answers are tables; what a `Snapshot` has besides its own.
#[pyclass(frozen, subclass, module = "clientela", name = "_Views")]
#[derive(Debug)]
pub struct PyViews(pub(crate) Snapshot);

impl PyViews {
    /// The answer of a view; arguments that are null take the view's defaults.
    fn ask(&self, py: Python<'_>, name: &str, mut arguments: Json) -> PyResult<PyTable> {
        if let Some(members) = arguments.as_object_mut() {
            members.retain(|_, value| !value.is_null());
        }
        py.enter(|| self.0.view_named(name, &arguments.to_string())).map(PyTable)
    }
}

/// An exact number as it is written in JSON.
fn decimal(value: &Bound<'_, PyAny>) -> PyResult<Json> {
    let text = to_json(value)?;
    // What JSON cannot hold is refused there, and what is no decimal by the core.
    Ok(serde_json::from_str(&text).unwrap_or(Json::String(text)))
}

#[pymethods]
impl PyViews {
    /// The answer of a view by name, with its named arguments; `clientela.views()` lists both.
    #[pyo3(signature = (name, /, **arguments))]
    fn view(
        &self,
        py: Python<'_>,
        name: &str,
        arguments: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PyTable> {
        let arguments = match arguments {
            Some(arguments) => to_json(arguments.as_any())?,
            None => String::new(),
        };
        py.enter(|| self.0.view_named(name, &arguments)).map(PyTable)
    }

    /// Every view with its default arguments; one that cannot answer, because it needs what is
    /// not known, says why in its place.
    fn account(&self, py: Python<'_>) -> PyResult<PyAccount> {
        py.enter(|| self.0.account()).map(PyAccount)
    }

    /// Lifetime value and its factors, of clients with a purchase.
    ///
    /// `by` is a column of choices or facts of `clients()`, or `client` for each client alone;
    /// `None` is the base as one. A life is counted in calendar months from that of the first
    /// purchase to that of the last, both with it.
    ///
    /// Source: R23, S2.5.
    #[pyo3(signature = (*, by=None))]
    fn ltv(&self, py: Python<'_>, by: Option<&str>) -> PyResult<PyTable> {
        self.ask(py, "ltv", json!({"by": by}))
    }

    /// Ways to raise lifetime value, and the profit that each would bring.
    ///
    /// `percent` tells by how many per cent the number of good clients and the mean purchase
    /// are taken to rise, by default 10.
    ///
    /// Source: S2.6, S2.7, S2.8.
    #[pyo3(signature = (*, percent=None))]
    fn levers(&self, py: Python<'_>, percent: Option<&Bound<'_, PyAny>>) -> PyResult<PyTable> {
        let percent = percent.map(decimal).transpose()?;
        self.ask(py, "levers", json!({"percent": percent}))
    }

    /// Clients at the start of each calendar period, won, kept and lost.
    ///
    /// `step` is `week`, `month`, `quarter` or `year`. With `rolling` so many steps make a
    /// period, one ending with each step. Needs `metric.active_within` of the policy.
    ///
    /// Source: R24, S2.14.
    #[pyo3(signature = (*, step="month", rolling=None))]
    fn retention(&self, py: Python<'_>, step: &str, rolling: Option<u16>) -> PyResult<PyTable> {
        self.ask(py, "retention", json!({"step": step, "rolling": rolling}))
    }

    /// What clients bring in each calendar period against the one before, and why it changed.
    ///
    /// `by` is a column of choices or facts of `clients()`; `None` is the base as one. The
    /// parts add up to the change exactly.
    ///
    /// Source: R36; convention.
    #[pyo3(signature = (*, step="month", by=None))]
    fn revenue_change(&self, py: Python<'_>, step: &str, by: Option<&str>) -> PyResult<PyTable> {
        self.ask(py, "revenue_change", json!({"step": step, "by": by}))
    }

    /// The clients behind the change of revenue in one period.
    ///
    /// `begins` is the first day of the period; `None` is the last one that has wholly passed.
    ///
    /// Source: R36; convention.
    #[pyo3(signature = (*, step="month", begins=None))]
    fn revenue_change_clients(
        &self,
        py: Python<'_>,
        step: &str,
        begins: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PyTable> {
        let begins = begins.map(|begins| day("begins", begins)).transpose()?;
        self.ask(py, "revenue_change_clients", json!({"step": step, "begins": begins}))
    }

    /// Clients by the period of their first purchase, and how many became regulars.
    ///
    /// Source: R27, S2.24.
    #[pyo3(signature = (*, step="year"))]
    fn conversion(&self, py: Python<'_>, step: &str) -> PyResult<PyTable> {
        self.ask(py, "conversion", json!({"step": step}))
    }

    /// How many clients buy again, and how often, in one row.
    ///
    /// Source: R27, S2.24.
    fn repeats(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "repeats", json!({}))
    }

    /// After how many days clients buy again: a row per length.
    ///
    /// Source: R27; convention.
    fn intervals(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "intervals", json!({}))
    }

    /// The time from the first to the second purchase, by the estimator of Kaplan and Meier.
    ///
    /// Source: R27; Kaplan and Meier 1958.
    fn second_purchase(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "second_purchase", json!({}))
    }

    /// How much of the revenue hangs on how few clients: a row per measure.
    ///
    /// Source: convention.
    fn concentration(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "concentration", json!({}))
    }

    /// Which share of clients has which share of revenue, from the largest client on.
    ///
    /// `points` is the number of points beside the begin.
    ///
    /// Source: R20; convention.
    #[pyo3(signature = (*, points=100))]
    fn curve(&self, py: Python<'_>, points: u32) -> PyResult<PyTable> {
        self.ask(py, "curve", json!({"points": points}))
    }

    /// Readings of how much of what clients buy they buy of us.
    ///
    /// Source: R25, S2.11.
    fn penetration(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "penetration", json!({}))
    }

    /// What went into winning clients, and into keeping them: a row each.
    ///
    /// Source: R28, S2.25, S2.26, S2.27.
    fn balance(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "balance", json!({}))
    }

    /// What winning a client cost, and when a client earns it back, in one row.
    ///
    /// Source: R28; convention.
    fn winning(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "winning", json!({}))
    }

    /// How many clients each channel reached, and who responded.
    ///
    /// With `campaign` only its touches count.
    ///
    /// Source: R30, S4.13.
    #[pyo3(signature = (*, campaign=None))]
    fn response(&self, py: Python<'_>, campaign: Option<&str>) -> PyResult<PyTable> {
        self.ask(py, "response", json!({"campaign": campaign}))
    }

    /// How relations to persons changed, beside what their clients buy.
    ///
    /// Source: R29, S2.56.
    fn relations(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "relations", json!({}))
    }

    /// The clients and groups that the firm, a department or a manager depends on.
    ///
    /// Source: R32, S2.49, S2.50, S2.51.
    fn dependence(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "dependence", json!({}))
    }

    /// What the firm would have without a client or a group.
    ///
    /// `clients` are ids, `groups` are names. Without either it tells of key clients, of
    /// clients and groups that the firm depends on, and of groups whose share would make a
    /// client key.
    ///
    /// Source: R33, S2.48, S2.49, S2.52.
    #[pyo3(signature = (*, clients=None, groups=None))]
    fn client_exit(
        &self,
        py: Python<'_>,
        clients: Option<&Bound<'_, PyAny>>,
        groups: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PyTable> {
        let clients = clients.map(|list| each("clients", list, client_id)).transpose()?;
        let name = |group: &Bound<'_, PyAny>| group.extract::<String>();
        let groups = groups.map(|list| each("groups", list, name)).transpose()?;
        self.ask(py, "client_exit", json!({"clients": clients, "groups": groups}))
    }

    /// The clients whose contact would not stand the leaving of one person.
    ///
    /// Source: R35, S1.18, S2.44.
    fn continuity(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "continuity", json!({}))
    }

    /// Each manager, and the clients that would be left without anybody.
    ///
    /// Source: R35, S1.2, S1.18.
    fn manager_exit(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "manager_exit", json!({}))
    }

    /// The clients of a manager, and those that nobody else knows.
    ///
    /// `None` is every manager.
    ///
    /// Source: R35, S1.2, S1.18.
    #[pyo3(signature = (*, manager=None))]
    fn manager_exit_clients(&self, py: Python<'_>, manager: Option<&str>) -> PyResult<PyTable> {
        self.ask(py, "manager_exit_clients", json!({"manager": manager}))
    }

    /// The margins on sales to VIPs, and what becomes of them.
    ///
    /// Source: R34, S3.2.
    fn erosion(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "erosion", json!({}))
    }

    /// Every promise to a client, and what became of it.
    ///
    /// Source: R38, S2.38e.
    fn promises(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "promises", json!({}))
    }

    /// Everything that clients got unasked, and what it is to them.
    ///
    /// Source: R38, S2.38f.
    fn extras(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "extras", json!({}))
    }

    /// Checks of how clients are worked, and what each found.
    ///
    /// Every check has its row; where nothing is recorded to judge by, it is `unknown`.
    ///
    /// Source: R28, R36, R37, R38.
    fn findings(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "findings", json!({}))
    }

    /// The clients behind findings.
    ///
    /// `check` is one of those of `findings`; `None` is all.
    ///
    /// Source: R28, R36, R37, R38.
    #[pyo3(signature = (*, check=None))]
    fn finding_clients(&self, py: Python<'_>, check: Option<&str>) -> PyResult<PyTable> {
        self.ask(py, "finding_clients", json!({"check": check}))
    }

    /// The lost clients; key and VIP clients first.
    ///
    /// Source: R39, R40, S4.8, S4.9.
    fn lost(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "lost", json!({}))
    }

    /// The clients that are due; key and VIP clients first.
    ///
    /// Source: R39, R40, S2.53, S3.10.
    fn due(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "due", json!({}))
    }

    /// The clients that are due or lost, the easiest to return first.
    ///
    /// Source: R41, S4.11.
    fn easiest(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "easiest", json!({}))
    }

    /// Those whose contact a client gave us and who are no clients yet.
    ///
    /// Source: R41, S4.11, S4.12.
    fn warm_leads(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "warm_leads", json!({}))
    }

    /// Lost clients and what they put at stake: a row per name.
    ///
    /// `by` is `stage`, `reason`, `refusal_part` or `tier`.
    ///
    /// Source: R39, R42, R43, S4.10.
    #[pyo3(signature = (*, by="stage"))]
    fn losses(&self, py: Python<'_>, by: &str) -> PyResult<PyTable> {
        self.ask(py, "losses", json!({"by": by}))
    }

    /// The parts of the form of those who refuse, and how many forms speak of each.
    ///
    /// Source: R43, S2.28.
    fn refusals(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "refusals", json!({}))
    }

    /// How often clients called off, sent back and complained, by calendar period.
    ///
    /// Source: R43, S2.28.
    #[pyo3(signature = (*, step="month"))]
    fn withdrawals(&self, py: Python<'_>, step: &str) -> PyResult<PyTable> {
        self.ask(py, "withdrawals", json!({"step": step}))
    }

    /// The attempts to win clients back: how each stands, what comes next, what it brought.
    ///
    /// Source: R42, S2.53, S2.54, S2.55.
    fn win_backs(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "win_backs", json!({}))
    }

    /// What each manager looks after.
    ///
    /// Source: R44, S1.17, S2.43, S2.46.
    fn managers(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "managers", json!({}))
    }

    /// Who is to look after each key client.
    ///
    /// Source: R44, R35, S2.43.
    fn assignment(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "assignment", json!({}))
    }

    /// How far each manager is in each group task.
    ///
    /// Source: R45, S2.18.
    fn tasks(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "tasks", json!({}))
    }

    /// How far each step of group tasks is.
    ///
    /// `task` is the id of one; `None` is all.
    ///
    /// Source: R45, S2.18.
    #[pyo3(signature = (*, task=None))]
    fn task_steps(&self, py: Python<'_>, task: Option<&str>) -> PyResult<PyTable> {
        self.ask(py, "task_steps", json!({"task": task}))
    }

    /// How far each client is in group tasks.
    ///
    /// `task` is the id of one; `None` is all.
    ///
    /// Source: R45, S2.18.
    #[pyo3(signature = (*, task=None))]
    fn task_clients(&self, py: Python<'_>, task: Option<&str>) -> PyResult<PyTable> {
        self.ask(py, "task_clients", json!({"task": task}))
    }

    /// To whom to write about deals under way, to push each on to the next status.
    ///
    /// `status` is one of the deals' statuses; `None` is all with which no deal ends.
    ///
    /// Source: R45, S2.18.
    #[pyo3(signature = (*, status=None))]
    fn mailing(&self, py: Python<'_>, status: Option<&str>) -> PyResult<PyTable> {
        self.ask(py, "mailing", json!({"status": status}))
    }

    /// How often clients are woken: a row per calendar month.
    ///
    /// Source: R45, S2.17, S4.13.
    fn cadence(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "cadence", json!({}))
    }

    /// What there is to talk about with clients: a row per client and subject.
    ///
    /// Source: R46.
    fn triggers(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "triggers", json!({}))
    }

    /// What to do about clients now, the most urgent first: the morning list.
    ///
    /// `manager` asks for what is for one of ours, `limit` for so many rows at most; `None` is
    /// all.
    ///
    /// Source: R35, R38 to R46, S2.53.
    #[pyo3(signature = (*, manager=None, limit=None))]
    fn actions(
        &self,
        py: Python<'_>,
        manager: Option<&str>,
        limit: Option<u64>,
    ) -> PyResult<PyTable> {
        self.ask(py, "actions", json!({"manager": manager, "limit": limit}))
    }

    /// The clients that must be left alone, as every contact is marked so.
    ///
    /// Source: R46, S2.38c.
    fn unreachable(&self, py: Python<'_>) -> PyResult<PyTable> {
        self.ask(py, "unreachable", json!({}))
    }
}
