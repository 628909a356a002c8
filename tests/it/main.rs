//! The one integration test binary.

mod imports;
