//! Stub until the table lands.
/// X.
pub struct Product {
    /// E.
    pub expression: crate::model::Expr,
    /// N.
    pub note: &'static str,
}
/// P.
pub fn product(_e: crate::model::Ecosystem, _n: Option<&str>, _m: &str, _v: &str) -> Option<Product> {
    None
}
