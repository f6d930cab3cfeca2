#pragma once

#include <vector>

#include "rest/route.h"

namespace dropzone::http {

// Each is defined in the file of its name under routes/, and registered in all_routes().
Route store_route(RouteContext context);
Route store_ndjson_route(RouteContext context);  // In store.cc.
Route fetch_all_route(RouteContext context);
Route fetch_keys_route(RouteContext context);
Route fetch_many_route(RouteContext context);
Route fetch_many_by_body_route(RouteContext context);
Route filter_route(RouteContext context);
Route delete_route(RouteContext context);
Route delete_by_body_route(RouteContext context);
Route get_record_route(RouteContext context);
Route put_record_route(RouteContext context);
Route patch_record_route(RouteContext context);
Route delete_record_route(RouteContext context);
Route history_route(RouteContext context);
Route restore_route(RouteContext context);  // In history.cc.
Route export_route(RouteContext context);
Route transform_route(RouteContext context);
Route transform_ndjson_route(RouteContext context);  // In transform.cc.
Route rejects_route(RouteContext context);
Route reject_route(RouteContext context);
Route correct_reject_route(RouteContext context);
Route replay_rejects_route(RouteContext context);
Route delete_rejects_route(RouteContext context);
Route kinds_route(RouteContext context);
Route kind_route(RouteContext context);  // In kinds.cc, as are those of deployments.
Route live_route(RouteContext context);
Route ready_route(RouteContext context);
Route version_route(RouteContext context);
Route metrics_route(RouteContext context);
Route options_route(RouteContext context);  // In operations.cc, as are the four above.
Route whoami_route(RouteContext context);
/// The landing page, the console, Swagger UI and the specification: what is embedded in the binary.
std::vector<Route> page_routes(RouteContext context);

// Only if kinds can be deployed.
Route deploy_kind_route(RouteContext context);
Route retire_kind_route(RouteContext context);
Route kind_versions_route(RouteContext context);
Route kind_version_route(RouteContext context);

// Only if jobs are run.
Route jobs_route(RouteContext context);
Route job_route(RouteContext context);  // In jobs.cc, as are the two below.
Route cancel_job_route(RouteContext context);
Route retransform_route(RouteContext context);

// Only if the server issues tokens.
Route issue_token_route(RouteContext context);
Route refresh_token_route(RouteContext context);
Route revoke_token_route(RouteContext context);
Route key_set_route(RouteContext context);
Route sessions_route(RouteContext context);
Route end_session_route(RouteContext context);
// Only if the server keeps keys.
Route make_key_route(RouteContext context);
Route list_keys_route(RouteContext context);
Route revoke_keys_route(RouteContext context);

/// Every operation of the API.
std::vector<Route> all_routes(const RouteContext& context);

}  // namespace dropzone::http
