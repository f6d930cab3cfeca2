# Cloud Run asks Google's IAM who may call a service, before the server asks for its own credentials.
# With `public` everybody may, and the server's users, keys and tokens alone decide. Without it a caller
# needs roles/run.invoker, and shows Google's token as X-Serverless-Authorization, because the server
# reads Authorization.
#
# The service must be there: this is for the apply after the first release.
resource "google_cloud_run_v2_service_iam_member" "everybody" {
  count    = var.public ? 1 : 0
  name     = var.service
  location = var.region
  role     = "roles/run.invoker"
  member   = "allUsers"
}
