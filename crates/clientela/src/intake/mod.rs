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
    FormulaInfo::of::<MergePlan>(),
    FormulaInfo::of::<MergeApply>(),
    FormulaInfo::of::<MergeRevert>(),
    FormulaInfo::of::<RemoveOverlap>(),
