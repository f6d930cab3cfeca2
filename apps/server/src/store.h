#pragma once

#include <dropzone/config/environment.h>
#include <dropzone/kind/kind.h>
#include <dropzone/log/log.h>
#include <dropzone/metrics/metrics.h>
#include <dropzone/result.h>
#include <dropzone/stores/open_store.h>

#include "options/options.h"

namespace dropzone::server {

using stores::Store;

/// The store that the options name, or the default one.
Result<stores::StoreUrl> store_url_of(const Options& options,
                                      const config::Environment& environment);

/// Opens the store that the options name. Metrics and log as in stores::Opening. Faults name the
/// option or the store.
Result<Store> open_store(const Options& options, const config::Environment& environment,
                         const KindCatalog& kinds, metrics::Metrics& metrics, log::Log& log);

}  // namespace dropzone::server
