#pragma once

#include <dropzone/config/environment.h>
#include <dropzone/result.h>

#include "options/options.h"

namespace dropzone::server {

/// Opens the store, listens, serves until SIGTERM or SIGINT, and finishes what has begun. Returns
/// the error that kept it from listening.
Result<void> serve(const Options& options, const config::Environment& environment);

}  // namespace dropzone::server
