#pragma once

namespace dropzone::durability {

/// From now on, what this process writes through SQLite reaches the disk only when SQLite asks for
/// it to be synced, or, some of it and in no order, by chance: to kill the process is then like a
/// power cut. If the disk `fails`, some calls fail: writes, of which a part is done, truncates,
/// and syncs, after which the kernel takes for written what it has lost, as Linux does: the next
/// sync succeeds, and does not write it. To be called before SQLite opens a file.
void forget_what_is_not_synced(unsigned seed, bool fails);

}  // namespace dropzone::durability
