#pragma once

#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/query/cursor_codec.h>
#include <dropzone/random_bits.h>
#include <dropzone/store/drop_zone.h>
#if __has_include(<dropzone/http/rest/api.h>)
#include <dropzone/http/rest/authenticator.h>
#include <dropzone/http/server/server.h>
#include <dropzone/http/server/worker_pool.h>
#endif

// The names that the examples of the headers use. They are compiled, not run.
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wshadow"

namespace dropzone::examples {

extern RecordRepository& repository;
extern Clock& clock;
extern IdSource& ids;
extern const KindCatalog& kinds;
extern const RecordSink& sink;
extern const Deadline deadline;
extern DropZone& zone;
extern const CursorCodec& cursors;
extern const StepRegistry& steps;
#if __has_include(<dropzone/http/rest/api.h>)
extern http::Authenticator& authenticator;
#endif

}  // namespace dropzone::examples
