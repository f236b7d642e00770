//! Checks of a policy that its types cannot make.

use super::segments::SegmentMap;
use super::{Industry, Policy};
use crate::calendar::Span;
use crate::error::{Error, Result};
use crate::money::Percent;

fn bad(path: &str, problem: String) -> Result<()> {
    Err(Error::BadPolicy { path: path.to_owned(), problem })
}

impl Policy {
    /// Checks ranges and relations of the fields; the error names the path.
    pub fn check(&self) -> Result<()> {
        let fault =
            |path: &str, problem: String| Err(Error::BadPolicy { path: path.to_owned(), problem });
        if self.version != 1 {
            return fault(
                "version",
                format!("{} is not known, this library reads 1", self.version),
            );
        }
        let rfm = &self.rfm;
        if !(2..=10).contains(&rfm.groups) {
            return fault("rfm.groups", format!("{} is not 2 to 10", rfm.groups));
        }
        let cuts = usize::from(rfm.groups) - 1;
        let ascending = |path: &str, count: usize, rising: bool| {
            if count != cuts {
                return fault(
                    path,
                    format!("{count} cut points, {} groups need {cuts}", rfm.groups),
                );
            }
            if !rising {
                return fault(path, "cut points must rise".to_owned());
            }
            Ok(())
        };
        if let Some(own) = &rfm.recency_cuts {
            ascending("rfm.recency_cuts", own.len(), own.is_sorted_by(|a, b| a < b))?;
        }
        if let Some(own) = &rfm.frequency_cuts {
            ascending("rfm.frequency_cuts", own.len(), own.is_sorted_by(|a, b| a < b))?;
        }
        if let Some(own) = &rfm.monetary_cuts {
            ascending("rfm.monetary_cuts", own.len(), own.is_sorted_by(|a, b| a < b))?;
        }
        SegmentMap::new(rfm.groups, rfm.segments.as_deref())?;

        let ordered = |path: &str, low: Percent, high: Percent, most: Option<Percent>| {
            if low > high {
                return fault(path, format!("{low} is above the next limit, {high}"));
            }
            match most {
                Some(most) if high > most => fault(path, format!("{high} is above {most}")),
                _ => Ok(()),
            }
        };
        let whole = Some(Percent::whole(100));
        ordered("abc.a_percent", self.abc.a_percent, self.abc.b_percent, whole)?;
        ordered("xyz.x_percent", self.xyz.x_percent, self.xyz.y_percent, None)?;
        if self.xyz.min_periods < 2 {
            return fault("xyz.min_periods", "a variation needs at least 2 periods".to_owned());
        }
        if self.xyz.periods.is_some_and(|periods| periods < self.xyz.min_periods) {
            return fault("xyz.periods", "fewer than xyz.min_periods".to_owned());
        }

        let tier = &self.tier;
        for (path, months, least) in [
            ("tier.months", tier.months, 1),
            ("tier.total_months", tier.total_months, 1),
            ("tier.former_months", tier.former_months, 0),
        ] {
            if !(least..=24).contains(&months) {
                return fault(path, format!("{months} is not {least} to 24"));
            }
        }
        for (path, share) in
            [("tier.top_percent", tier.top_percent), ("tier.good_percent", tier.good_percent)]
        {
            ordered(path, Percent::whole(0), share, whole)?;
        }

        if self.stage.systematic_purchases < 2 {
            return fault("stage.systematic_purchases", "a run needs at least 2".to_owned());
        }
        let activity = &self.activity;
        if activity.industry == Some(Industry::Restaurant) && activity.lost_after.is_none() {
            return fault(
                "activity.lost_after",
                "the sources give no return period for restaurants, give one (R39)".to_owned(),
            );
        }
        if activity.due_after.is_some() && activity.return_period().is_none() {
            return fault("activity.due_after", "needs activity.lost_after as well".to_owned());
        }
        if let Some((due, lost)) = activity.return_period() {
            // A month is 28 to 31 days: only what is longer in every case is a fault.
            let later = match (due, lost) {
                (crate::Span::Months(due), crate::Span::Months(lost))
                | (crate::Span::Days(due), crate::Span::Days(lost)) => due > lost,
                (crate::Span::Months(due), crate::Span::Days(lost)) => {
                    u64::from(due) * 28 > u64::from(lost)
                }
                (crate::Span::Days(due), crate::Span::Months(lost)) => {
                    u64::from(due) > u64::from(lost) * 31
                }
            };
            if later {
                return fault("activity.due_after", format!("{due} is longer than {lost}"));
            }
        }
        let rhythm = &activity.rhythm;
        if rhythm.min_intervals == 0 {
            return fault("activity.rhythm.min_intervals", "at least 1".to_owned());
        }
        ordered("activity.rhythm.due_percent", rhythm.due_percent, rhythm.lost_percent, None)?;
        ordered(
            "activity.rhythm.base_due_percent",
            rhythm.base_due_percent,
            rhythm.base_lost_percent,
            whole,
        )?;
        self.check_criteria()?;
        self.check_shares()?;
        self.check_risk()?;
        self.check_loss()?;
        self.check_rules()?;
        self.check_matching()?;
        self.check_intake()?;
        self.check_behaviour()
    }

    fn check_criteria(&self) -> Result<()> {
        /// Weighted shares of so many totals stay within 64 bits.
        const MOST: usize = 100;
        let criteria = &self.abc.criteria;
        if criteria.len() > MOST {
            let problem = format!("{} criteria, at most {MOST} are weighed", criteria.len());
            return bad("abc.criteria", problem);
        }
        for (place, one) in criteria.iter().enumerate() {
            if !(1..=1000).contains(&one.weight) {
                let path = format!("abc.criteria[{place}].weight");
                return bad(&path, format!("{} is not 1 to 1000", one.weight));
            }
        }
        if !self.xyz.criterion.of_sales() {
            let problem = "only sales are followed by period: amount, profit, purchases, quantity";
            return bad("xyz.criterion", problem.to_owned());
        }
        Ok(())
    }

    fn check_shares(&self) -> Result<()> {
        let (key, care, behaviour) = (&self.key, &self.care, &self.behaviour);
        for (path, share) in [
            ("stage.exclusive_percent", self.stage.exclusive_percent),
            ("key.share_percent", key.share_percent),
            ("key.innovator_percent", key.innovator_percent),
            ("care.amount_percent", care.amount_percent),
            ("care.effort_percent", care.effort_percent),
            ("target.match_percent", self.target.match_percent),
            ("behaviour.promo_percent", behaviour.promo_percent),
            ("behaviour.season_end_percent", behaviour.season_end_percent),
            ("behaviour.companion_percent", behaviour.companion_percent),
        ] {
            if share > Percent::whole(100) {
                return bad(path, format!("{share} is above 100 %"));
            }
        }
        if care.complaints == 0 {
            return bad("care.complaints", "at least 1".to_owned());
        }
        let bands = &self.potential.bands;
        if bands.is_empty() || bands.len() > 20 || !bands.is_sorted_by(|a, b| a < b) {
            return bad("potential.bands", "1 to 20 limits that rise are needed".to_owned());
        }
        Ok(())
    }

    fn check_risk(&self) -> Result<()> {
        let risk = &self.risk;
        let bands = [
            ("risk.attention_percent", risk.attention_percent),
            ("risk.warning_percent", risk.warning_percent),
            ("risk.serious_percent", risk.serious_percent),
            ("risk.critical_percent", risk.critical_percent),
        ];
        for pair in bands.windows(2) {
            if pair[0].1 > pair[1].1 {
                return bad(pair[0].0, format!("{} is above {}", pair[0].1, pair[1].1));
            }
        }
        let whole = Percent::whole(100);
        for (path, share) in [
            bands[3],
            ("risk.target_percent", risk.target_percent),
            ("risk.decline_percent", risk.decline_percent),
            ("risk.slump_percent", risk.slump_percent),
            ("risk.casual_percent", risk.casual_percent),
        ] {
            if share > whole {
                return bad(path, format!("{share} is above 100 %"));
            }
        }
        if risk.target_percent == Percent::whole(0) {
            return bad("risk.target_percent", "above 0".to_owned());
        }
        for (path, count) in [
            ("risk.staff_in_contact", risk.staff_in_contact),
            ("risk.persons_known", risk.persons_known),
            ("risk.erosion_periods", risk.erosion_periods),
            ("risk.reassignments", risk.reassignments),
            ("outreach.keys_per_manager", self.outreach.keys_per_manager),
        ] {
            if count == 0 {
                return bad(path, "at least 1".to_owned());
            }
        }
        for (path, rating) in [
            ("risk.close_relation", risk.close_relation),
            ("risk.poor_satisfaction", risk.poor_satisfaction),
        ] {
            if !(1..=5).contains(&rating) {
                return bad(path, format!("{rating} is not 1 to 5"));
            }
        }
        let metric = &self.metric;
        for (path, span) in [
            ("metric.conversion_within", Some(metric.conversion_within)),
            ("metric.window", metric.window),
            ("metric.balance_window", Some(metric.balance_window)),
        ] {
            if matches!(span, Some(Span::Days(0) | Span::Months(0))) {
                return bad(path, "longer than nothing".to_owned());
            }
        }
        let tops = &metric.top_clients;
        if tops.len() > 20 || tops.contains(&0) || !tops.is_sorted_by(|a, b| a < b) {
            return bad("metric.top_clients", "up to 20 numbers above 0 that rise".to_owned());
        }
        Ok(())
    }

    fn check_loss(&self) -> Result<()> {
        let loss = &self.loss;
        for (path, span) in [
            ("loss.stake_window", loss.stake_window),
            ("loss.responsive_within", loss.responsive_within),
            ("loss.recovered_within", loss.recovered_within),
        ] {
            if matches!(span, Span::Months(0) | Span::Days(0)) {
                return bad(path, "at least 1 day".to_owned());
            }
        }
        if !(1..=24).contains(&loss.spike_months) {
            return bad("loss.spike_months", format!("{} is not 1 to 24", loss.spike_months));
        }
        Ok(())
    }

    fn check_rules(&self) -> Result<()> {
        let rule = &self.rule;
        for (path, limit, most) in [
            // A text that is nested more deeply is not read.
            ("rule.max_depth", u32::from(rule.max_depth), 60),
            ("rule.max_leaves", rule.max_leaves, 1_000_000),
            ("rule.max_rules", rule.max_rules, 1_000_000),
            ("rule.max_values", rule.max_values, 10_000_000),
        ] {
            if !(1..=most).contains(&limit) {
                return bad(path, format!("{limit} is not 1 to {most}"));
            }
        }
        Ok(())
    }

    fn check_matching(&self) -> Result<()> {
        let matching = &self.matching;
        let (none, whole) = (Percent::whole(0), Percent::whole(100));
        if matching.near_percent > matching.close_percent {
            let problem = format!("{} is above {}", matching.near_percent, matching.close_percent);
            return bad("matching.near_percent", problem);
        }
        // Below 70 % the bonus of Winkler's is not given.
        for (path, share) in [
            ("matching.near_percent", matching.near_percent),
            ("matching.close_percent", matching.close_percent),
            ("matching.find_percent", matching.find_percent),
        ] {
            if share < Percent::whole(70) || share > whole {
                return bad(path, format!("{share} is not 70 to 100 %"));
            }
        }
        if matching.duplicate_percent <= none || matching.duplicate_percent >= whole {
            return bad("matching.duplicate_percent", "above 0 and below 100 %".to_owned());
        }
        if !(1..=40).contains(&matching.most_bits) {
            let problem = format!("{} is not 1 to 40", matching.most_bits);
            return bad("matching.most_bits", problem);
        }
        if !(2..=10_000).contains(&matching.block_records) {
            let problem = format!("{} is not 2 to 10000", matching.block_records);
            return bad("matching.block_records", problem);
        }
        if matching.find_limit == 0 {
            return bad("matching.find_limit", "at least 1".to_owned());
        }
        Ok(())
    }

    fn check_intake(&self) -> Result<()> {
        let intake = &self.intake;
        for (path, count) in [
            ("intake.max_columns", u64::from(intake.max_columns)),
            ("intake.max_cells", intake.max_cells),
            ("intake.max_cell_bytes", intake.max_cell_bytes.into()),
            ("intake.suggest_rows", intake.suggest_rows.into()),
        ] {
            if count == 0 {
                return bad(path, "at least 1".to_owned());
            }
        }
        for (path, number) in [
            ("intake.two_digit_years_ahead", intake.two_digit_years_ahead),
            ("intake.suggest_from_percent", intake.suggest_from_percent),
        ] {
            if number > 100 {
                return bad(path, format!("{number} is above 100"));
            }
        }
        Ok(())
    }

    fn check_behaviour(&self) -> Result<()> {
        let behaviour = &self.behaviour;
        if behaviour.brands == 0 {
            return bad("behaviour.brands", "at least 1".to_owned());
        }
        if !(2..=31).contains(&behaviour.season_parts) {
            let problem = format!("{} is not 2 to 31", behaviour.season_parts);
            return bad("behaviour.season_parts", problem);
        }
        // Every day of a leap year, and the season that has it.
        let mut days: Vec<Option<&str>> = vec![None; 366];
        for season in &behaviour.seasons {
            let (from, to) = (season.from.in_leap_year(), season.to.in_leap_year());
            let count = (to + 366 - from) % 366 + 1;
            for day in (from..from + count).map(|day| day % 366) {
                if let Some(other) = days[day] {
                    let problem = format!("`{}` and `{other}` share days", season.name);
                    return bad("behaviour.seasons", problem);
                }
                days[day] = Some(&season.name);
            }
        }
        Ok(())
    }

    /// The map from scores to named segments.
    pub(crate) fn segment_map(&self) -> Result<SegmentMap> {
        SegmentMap::new(self.rfm.groups, self.rfm.segments.as_deref())
    }
}
