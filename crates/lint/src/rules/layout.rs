//! The rule `layout`.

rule! {
    /// Numbers of migrations with a gap or a duplicate.
    ///
    /// ## Why it hurts
    ///
    /// A gap means that a migration was lost, or that it will arrive after later ones have been
    /// applied. Two migrations with one number have no order.
    ///
    /// ## Instead
    ///
    /// Number from 0001 without gaps. If two branches took the same number, the one that is merged
    /// second takes the next free one.
    ///
    /// ## Bad
    ///
    /// ```text
    /// 0001_initial_schema.sql
    /// 0003_add_teams.sql
    /// ```
    ///
    /// ## Good
    ///
    /// ```text
    /// 0001_initial_schema.sql
    /// 0002_add_teams.sql
    /// ```
    "layout", Files, Error, Check::Elsewhere
}
