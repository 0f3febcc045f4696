//! What the fuzz targets share with the tests. The test binary does not use this file: it declares the same
//! modules in `main.rs`.

pub(crate) mod fuzz_bodies;
pub(crate) mod generate;
pub(crate) mod reference;
