//! Lists on their way to a decision.
