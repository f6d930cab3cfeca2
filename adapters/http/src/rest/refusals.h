#pragma once

#include <span>
#include <string_view>

#include <dropzone/error.h>
#include <dropzone/http/message/request.h>
#include <dropzone/http/message/response.h>

#include "rest/route.h"

namespace dropzone::http {

/// The answer to a request that the API refuses: the problem that the first of these faults is, all
/// of them named if there are several, with the header fields that tell a client what to do:
/// challenges, and what the route would have taken. `route` is null if none was found. `members` is
/// added to the problem of one fault.
[[nodiscard]] Response problem_of(std::span<const Error> faults, const Request& request,
                                  const Route* route = nullptr, std::string_view members = {});
[[nodiscard]] Response problem_of(const Error& error, const Request& request);

/// The answer could only be of one of these types, and the request's Accept takes none.
[[nodiscard]] Error not_acceptable(std::span<const std::string_view> types);

/// No worker is free, and the queue is full.
[[nodiscard]] Error overloaded();

/// What becomes of a request if there is no memory for its answer: a write is still done.
[[nodiscard]] Error unanswerable(const Route* route);

}  // namespace dropzone::http
