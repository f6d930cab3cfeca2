#include "rest/routes.h"

#include <utility>

namespace dropzone::http {

std::vector<Route> all_routes(const RouteContext& context) {
  std::vector<Route> routes;
  for (const auto make : {store_route,          store_ndjson_route,   fetch_all_route,
                          fetch_keys_route,     fetch_many_route,     fetch_many_by_body_route,
                          filter_route,         delete_route,         delete_by_body_route,
                          get_record_route,     put_record_route,     patch_record_route,
                          delete_record_route,  history_route,        restore_route,
                          export_route,         transform_route,      transform_ndjson_route,
                          rejects_route,        delete_rejects_route, reject_route,
                          correct_reject_route, replay_rejects_route, kinds_route,
                          kind_route,           live_route,           ready_route,
                          version_route,        metrics_route,        options_route,
                          whoami_route}) {
    routes.push_back(make(context));
  }
  if (context.deployments) {
    for (const auto make :
         {deploy_kind_route, retire_kind_route, kind_versions_route, kind_version_route}) {
      routes.push_back(make(context));
    }
  }
  if (context.jobs) {
    for (const auto make : {jobs_route, job_route, cancel_job_route, retransform_route}) {
      routes.push_back(make(context));
    }
  }
  if (context.keys) {
    for (const auto make : {make_key_route, list_keys_route, revoke_keys_route}) {
      routes.push_back(make(context));
    }
  }
  if (context.tokens) {
    for (const auto make : {issue_token_route, refresh_token_route, revoke_token_route,
                            key_set_route, sessions_route, end_session_route}) {
      routes.push_back(make(context));
    }
  }
  for (Route& page : page_routes(context)) routes.push_back(std::move(page));
  return routes;
}

}  // namespace dropzone::http
