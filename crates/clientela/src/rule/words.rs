//! The words of conditions: operators and figures.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$word_about:meta])* $word:ident = $text:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$word_about])* $word,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$word,)*];

            /// The name in JSON.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$word => $text,)*
                }
            }
        }
    };
}

words! {
    /// How a leaf compares, by the names that CRMs have for it.
    Op {
        /// The same.
        Equals = "equals",
        /// Another.
        NotEquals = "not_equals",
        /// One of a list.
        In = "in",
        /// None of a list.
        NotIn = "not_in",
        /// More.
        GreaterThan = "greater_than",
        /// As much or more.
        GreaterThanOrEquals = "greater_than_or_equals",
        /// Less.
        LessThan = "less_than",
        /// As much or less.
        LessThanOrEquals = "less_than_or_equals",
        /// From the first to the second of two values, both in it.
        Between = "between",
        /// Not known; itself never unknown.
        IsNull = "is_null",
        /// Known; itself never unknown.
        IsNotNull = "is_not_null",
        /// Yes.
        IsTrue = "is_true",
        /// No, and known to be so.
        IsFalse = "is_false",
        /// Has a text in it.
        Contains = "contains",
        /// Does not have a text in it.
        NotContains = "not_contains",
        /// Begins with a text.
        StartsWith = "starts_with",
        /// Ends with a text.
        EndsWith = "ends_with",
        /// Is like a pattern: `%` is any text, `_` any character, `\` takes away their meaning.
        Like = "like",
        /// Is not like a pattern.
        NotLike = "not_like",
        /// Has one of the values.
        ArrayAnyOf = "array_any_of",
        /// Has all of the values.
        ArrayAllOf = "array_all_of",
        /// Has none of the values.
        ArrayNoneOf = "array_none_of",
        /// Has no value; of a portrait's list, which is then unknown, this is never unknown.
        ArrayIsEmpty = "array_is_empty",
        /// Has a value.
        ArrayIsNotEmpty = "array_is_not_empty",
        /// On a day.
        On = "on",
        /// On another day.
        NotOn = "not_on",
        /// Before a day.
        Before = "before",
        /// After a day.
        After = "after",
        /// Within a window.
        InWindow = "in_window",
        /// Longer ago than a length of time.
        OlderThan = "older_than",
        /// From the day on until a length of time later.
        WithinNext = "within_next",
        /// The same day and month of any year, from the day on until a length of time later.
        AnniversaryWithin = "anniversary_within",
    }
}

words! {
    /// A figure of a client's sales in a window.
    Metric {
        /// Net amount: sales less returns.
        Amount = "amount",
        /// Profit; unknown where a line's is.
        Profit = "profit",
        /// Units; unknown where a line's are.
        Quantity = "quantity",
        /// Purchases.
        Purchases = "purchases",
        /// Days with a purchase.
        PurchaseDays = "purchase_days",
        /// Lines of returns, and of cancellations that name no order of the client.
        Returns = "returns",
        /// What these lines took back, 0 or more.
        ReturnedAmount = "returned_amount",
        /// Net amount for each purchase, to the nearest minor unit, halves to even.
        MeanPurchase = "mean_purchase",
        /// The largest purchase, before returns.
        LargestPurchase = "largest_purchase",
        /// Calendar months with a purchase.
        MonthsWithPurchase = "months_with_purchase",
        /// Categories bought.
        Categories = "categories",
        /// Brands bought.
        Brands = "brands",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_json() {
        let json = |value: serde_json::Result<String>| value.unwrap();
        for op in Op::ALL {
            assert_eq!(json(serde_json::to_string(op)), format!("\"{}\"", op.name()));
        }
        for metric in Metric::ALL {
            assert_eq!(json(serde_json::to_string(metric)), format!("\"{}\"", metric.name()));
        }
    }
}
