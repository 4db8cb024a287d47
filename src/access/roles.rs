//! Roles by name. Until roles can be defined there are only Elasticsearch's built-in ones.

/// The role that may do everything.
pub(super) const SUPERUSER: &str = "superuser";

/// Elasticsearch's built-in roles. Source: its ReservedRolesStore and, for those of Kibana,
/// KibanaOwnedReservedRoleDescriptors.
const BUILT_IN: &[&str] = &[
    "apm_system",
    "apm_user",
    "beats_admin",
    "beats_system",
    "data_frame_transforms_admin",
    "data_frame_transforms_user",
    "editor",
    "enrich_user",
    "inference_admin",
    "inference_user",
    "ingest_admin",
    "kibana_admin",
    "kibana_system",
    "kibana_user",
    "logstash_admin",
    "logstash_system",
    "machine_learning_admin",
    "machine_learning_user",
    "monitoring_user",
    "remote_monitoring_agent",
    "remote_monitoring_collector",
    "reporting_user",
    "rollup_admin",
    "rollup_user",
    "snapshot_user",
    "superuser",
    "transform_admin",
    "transform_user",
    "transport_client",
    "viewer",
    "watcher_admin",
    "watcher_user",
];

/// Whether there is a role of this name.
pub(super) fn exists(name: &str) -> bool {
    BUILT_IN.contains(&name)
}
