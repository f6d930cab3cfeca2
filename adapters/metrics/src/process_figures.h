#pragma once

namespace dropzone::metrics {

// The figures of this process that Prometheus' client libraries agree upon, read from /proc.
double process_cpu_seconds();
double process_resident_bytes();
double process_open_descriptors();
/// Seconds since 1970.
double process_start_time();

}  // namespace dropzone::metrics
