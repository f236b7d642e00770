//! The central file: names, values and tables that come in, and which records mean the same
//! client (R47, S2.19 to S2.36).

mod alike;
mod amount;
mod card;
mod clusters;
mod country;
mod currency;
mod date;
mod directory;
mod duplicates;
mod email;
mod find;
mod fold;
mod given;
mod grid;
mod mapping;
mod merge_plan;
mod names;
mod overlap;
mod passport;
mod phone;
mod report;
mod scheme;
mod suggest;
mod to_portraits;
mod to_sales;
mod transliterate;

pub use amount::{AmountFormat, AmountRead, ReadAmount};
pub use card::{CardKind, CardRead, ReadCard, masked};
pub use clusters::{ClusterMember, Clusters};
pub use country::{CountryRead, ReadCountry};
pub use currency::{CurrencyRead, ReadCurrency};
pub use date::{DateRead, ReadDate};
pub use directory::{Directory, DirectoryOptions, FieldKind};
pub use duplicates::{
    Crowd, DuplicateOptions, DuplicatePair, Duplicates, DuplicatesReport, FieldAgreement,
    FieldModel, Level, LevelModel, MatchModel, PairExplanation,
};
pub use email::{EmailRead, ReadEmail};
pub use find::{Criteria, Found, Match, MatchReason, Outcome};
pub use given::RawText;
pub use grid::{Cell, CellPlace, Grid, GridBuilder};
pub use mapping::{ColumnTarget, Formats, IdKind, Mapping, Reading, Step, Target};
pub use merge_plan::{
    Change, FieldState, MergeApply, MergeApplyAnswer, MergePlan, MergePlanAnswer, MergeRevert,
    MergeRevertAnswer, MergeUndo, PlannedField,
};
pub use names::{
    CleanName, CleanedName, CopiedName, CopyName, Script, Sex, SplitSurnameGivenName,
    SplitSurnameSex, SurnameGivenName, SurnameSex,
};
pub use overlap::{
    OverlapAnswer, OverlapKept, OverlapLine, OverlapRemoved, OverlapSource, RemoveOverlap,
};
pub use passport::{CheckDigit, PassportCheckDigit, PassportKind, PassportRead, ReadPassport};
pub use phone::{PhoneRead, ReadPhone};
pub use report::{CellFault, GridReport, KeptTarget};
pub use scheme::Scheme;
pub use suggest::{SuggestedColumn, Suggestion};
pub use to_portraits::PortraitBatch;
pub use to_sales::SalesBatch;
pub(crate) use transliterate::has_cyrillic;
pub use transliterate::{ToCyrillic, ToLatin, Transliterated, transliterate};

use crate::formula::FormulaInfo;

/// The formulas of values that come in.
pub(crate) const FORMULAS: &[FormulaInfo] = &[
    FormulaInfo::of::<ToLatin>(),
    FormulaInfo::of::<ToCyrillic>(),
    FormulaInfo::of::<CopyName>(),
    FormulaInfo::of::<SplitSurnameSex>(),
    FormulaInfo::of::<SplitSurnameGivenName>(),
    FormulaInfo::of::<CleanName>(),
    FormulaInfo::of::<ReadPhone>(),
    FormulaInfo::of::<ReadEmail>(),
    FormulaInfo::of::<ReadDate>(),
    FormulaInfo::of::<ReadAmount>(),
    FormulaInfo::of::<ReadCountry>(),
    FormulaInfo::of::<ReadCurrency>(),
    FormulaInfo::of::<ReadPassport>(),
    FormulaInfo::of::<PassportCheckDigit>(),
    FormulaInfo::of::<ReadCard>(),
    FormulaInfo::of::<MergePlan>(),
    FormulaInfo::of::<MergeApply>(),
    FormulaInfo::of::<MergeRevert>(),
    FormulaInfo::of::<RemoveOverlap>(),
];
