//! ansinh
