//! stub
pub struct Demo {
    pub customers: u32,
    pub seed: u64,
}
pub struct Loaded {
    pub customers: u32,
    pub email: &'static str,
    pub password: &'static str,
}
pub fn load(
    _: &mut diesel::PgConnection,
    _: &Demo,
    _: jiff::Timestamp,
    _: impl FnMut(u32),
) -> crate::error::Result<Loaded> {
    Err(crate::error::Error::NotFound)
}
pub const EMAIL: &str = "demo@clientele.example";
pub const PASSWORD: &str = "clientele-demo";
