#pragma once

namespace dropzone::http {

/// Asks Linux to run the calling thread in short time slices, if it has the usual policy. When it
/// wakes, it then need not wait for a thread that computes for long to end its own slice. Before
/// Linux 6.12 this has no effect. See sched(7) and sched_setattr(2).
void ask_for_short_time_slices() noexcept;

}  // namespace dropzone::http
