//! Who is active, due or lost.

mod activity;

pub(crate) use activity::activity_by_days;
pub use activity::{Activity, activity_by_limits, activity_by_period};
