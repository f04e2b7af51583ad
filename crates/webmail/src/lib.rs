//! Pages of the Mail app.
