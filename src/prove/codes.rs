//! Findings of proofs.
