#pragma once

namespace dropzone::durability {

/// From now on, what this process writes through SQLite reaches the disk only when SQLite asks for
/// it to be synced, or, some of it and in no order, by chance: to kill the process is then like a
/// power cut. To be called before SQLite opens a file.
void forget_what_is_not_synced(unsigned seed);

}  // namespace dropzone::durability
