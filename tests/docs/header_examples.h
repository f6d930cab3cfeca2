#pragma once

#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/store/drop_zone.h>

// What the examples of the headers take as given. They are compiled, not run.
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wshadow"

namespace dropzone::examples {

extern RecordRepository& repository;
extern Clock& clock;
extern IdSource& ids;
extern const KindCatalog& kinds;
extern const RecordSink& sink;
extern const Deadline deadline;

}  // namespace dropzone::examples
