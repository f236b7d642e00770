//! Files of clients and sales: tables and bank statements in the formats that firms have them in
//! (R47, S2.13, S2.33).

#![forbid(unsafe_code)]
