//! What tests and measurements share.

pub mod accuracy;
pub mod authority;
pub mod cmdb_server;
pub mod fleet;
pub mod gate;
pub mod inventory;
pub mod log_cluster;
pub mod measure;
