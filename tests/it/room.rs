//! The room, driven through its own doors like a browser would: who may see and say what, what is
//! never believed, and that the live stream neither loses nor doubles a line.

mod files;
mod rights;
mod speaking;
mod stream;
mod visitor;
