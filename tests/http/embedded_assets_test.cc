#include <dropzone/http/rest/embedded_assets.h>

#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>
#include <string>

namespace dropzone::http {
namespace {

std::string file_text(const std::string& name) {
  std::ifstream file(DROPZONE_SOURCE_DIR "/" + name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const Asset& asset_at(std::string_view path) {
  const Asset* asset = find_asset(path);
  REQUIRE(asset != nullptr);
  return *asset;
}

Response get(std::string_view path, std::string_view field = {}, std::string_view value = {}) {
  Request request = *make_request("GET", path);
  if (!field.empty()) request.headers.add(field, value);
  auto response = asset_response(asset_at(path), request);
  REQUIRE(response);
  return *std::move(response);
}

TEST_CASE("the pages and the specification are in the executable, byte for byte") {
  CHECK(asset_at("/").bytes == file_text("adapters/http/assets/landing.html"));
  CHECK(asset_at("/openapi.yaml").bytes == file_text("docs/openapi/dropzone.yaml"));
  CHECK(asset_at("/openapi.json").bytes == file_text("docs/openapi/dropzone.json"));
  CHECK(asset_at("/openapi-3.2.json").bytes == file_text("docs/openapi/dropzone-3.2.json"));
  CHECK(asset_at("/favicon.ico").content_type == "image/svg+xml");
  CHECK(asset_at("/openapi.json").content_type == "application/json");
}

TEST_CASE("every file that a page names is there") {
  for (const Asset& page : assets()) {
    if (!page.content_type.starts_with("text/html")) continue;
    for (const std::string_view attribute : {"src=\"", "<link rel=\"stylesheet\" href=\""}) {
      for (auto at = page.bytes.find(attribute); at != std::string_view::npos;
           at = page.bytes.find(attribute, at)) {
        at += attribute.size();
        // Names are relative, and all pages are at the root.
        const auto name = page.bytes.substr(at, page.bytes.find('"', at) - at);
        INFO(page.path << " names " << name);
        CHECK(page.path.rfind('/') == 0);
        CHECK(find_asset("/" + std::string(name)) != nullptr);
      }
    }
  }
}

TEST_CASE("browsers keep for a year what has a hash in its name, and ask for the rest again") {
  CHECK(get("/console").headers.find("Cache-Control") == "no-cache");
  CHECK(get("/swagger/site.css").headers.find("Cache-Control") == "no-cache");
  for (const Asset& asset : assets()) {
    if (!asset.path.starts_with("/console/")) continue;
    INFO(asset.path);
    CHECK(get(asset.path).headers.find("Cache-Control") == "public, max-age=31536000, immutable");
  }
}

TEST_CASE("a path that is not an asset is not found") {
  for (const auto* path : {"", "/swagger/nothing.js", "/swagger/../landing.html", "/openapi"}) {
    CHECK(find_asset(path) == nullptr);
  }
}

TEST_CASE("an asset is sent compressed to a client that accepts that, and to no other") {
  const auto& asset = asset_at("/openapi.yaml");
  REQUIRE(asset.gzip.size() < asset.bytes.size() / 2);
  for (const auto* accepted : {"gzip", "br, GZIP;q=0.5", "deflate,gzip"}) {
    const Response response = get("/openapi.yaml", "Accept-Encoding", accepted);
    CHECK(response.body == asset.gzip);
    CHECK(response.headers.find("Content-Encoding") == "gzip");
    CHECK(response.headers.find("Vary") == "Accept-Encoding");
  }
  for (const auto* refused : {"", "br", "gzip;q=0", "gzip;q=0.0", "xgzip"}) {
    const Response response = get("/openapi.yaml", "Accept-Encoding", refused);
    CHECK(response.body == asset.bytes);
    CHECK_FALSE(response.headers.contains("Content-Encoding"));
  }
}

TEST_CASE("a client that has the current copy of an asset gets a 304") {
  const std::string etag(asset_at("/").etag);
  for (const std::string& known : {etag, etag.substr(2), "\"other\", " + etag, std::string("*")}) {
    const Response response = get("/", "If-None-Match", known);
    CHECK(response.status == 304);
    CHECK(response.body.empty());
    CHECK(response.headers.find("ETag") == etag);
  }
  CHECK(get("/", "If-None-Match", "\"other\"").status == 200);
}

TEST_CASE("a page may load nothing but what this server has") {
  const Response response = get("/swagger");
  CHECK(response.headers.find("Content-Security-Policy") == kContentSecurityPolicy);
  CHECK(response.headers.find("X-Content-Type-Options") == "nosniff");
  CHECK(kContentSecurityPolicy.find("unsafe") == std::string_view::npos);
}

}  // namespace
}  // namespace dropzone::http
