//! Who is active, due or lost.

mod activity;

pub use activity::{Activity, activity_by_limits, activity_by_period};
