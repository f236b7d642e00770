//! Segments as data: documents of rules over what is known of each client (R47).
