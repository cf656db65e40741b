# A table, and every kind of resource that Application Auto Scaling has for it and its index. The variables are changed
# by a second `apply`; `ignore_changes` is what terraform's users write beside auto scaling.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}
variable "address" {}
variable "max" { default = 100 }
variable "target" { default = 70 }
variable "night_max" { default = 2 }
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "local"
  secret_key                  = "local"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  endpoints {
    dynamodb       = var.address
    appautoscaling = var.address
  }
}
resource "aws_dynamodb_table" "visits" {
  name           = "visits"
  billing_mode   = "PROVISIONED"
  read_capacity  = 5
  write_capacity = 5
  hash_key       = "page"
  attribute {
    name = "page"
    type = "S"
  }
  attribute {
    name = "user"
    type = "S"
  }
  global_secondary_index {
    name            = "by-user"
    hash_key        = "user"
    projection_type = "ALL"
    read_capacity   = 5
    write_capacity  = 5
  }
  lifecycle { ignore_changes = [read_capacity, write_capacity, global_secondary_index] }
}
resource "aws_appautoscaling_target" "writes" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.visits.name}"
  scalable_dimension = "dynamodb:table:WriteCapacityUnits"
  min_capacity       = 5
  max_capacity       = var.max
  tags               = { team = "a" }
}
resource "aws_appautoscaling_target" "index_reads" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.visits.name}/index/by-user"
  scalable_dimension = "dynamodb:index:ReadCapacityUnits"
  min_capacity       = 5
  max_capacity       = 50
  suspended_state {
    dynamic_scaling_in_suspended  = true
    dynamic_scaling_out_suspended = false
    scheduled_scaling_suspended   = false
  }
}
resource "aws_appautoscaling_policy" "writes" {
  name               = "DynamoDBWriteCapacityUtilization:${aws_appautoscaling_target.writes.resource_id}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.writes.service_namespace
  resource_id        = aws_appautoscaling_target.writes.resource_id
  scalable_dimension = aws_appautoscaling_target.writes.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value       = var.target
    scale_in_cooldown  = 60
    scale_out_cooldown = 0
    predefined_metric_specification {
      predefined_metric_type = "DynamoDBWriteCapacityUtilization"
    }
  }
}
resource "aws_appautoscaling_policy" "index_reads" {
  name               = "reads"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.index_reads.service_namespace
  resource_id        = aws_appautoscaling_target.index_reads.resource_id
  scalable_dimension = aws_appautoscaling_target.index_reads.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value     = 50
    disable_scale_in = true
    predefined_metric_specification {
      predefined_metric_type = "DynamoDBReadCapacityUtilization"
    }
  }
}
resource "aws_appautoscaling_scheduled_action" "night" {
  name               = "night"
  service_namespace  = aws_appautoscaling_target.writes.service_namespace
  resource_id        = aws_appautoscaling_target.writes.resource_id
  scalable_dimension = aws_appautoscaling_target.writes.scalable_dimension
  schedule           = "cron(0 20 * * ? *)"
  timezone           = "Europe/Berlin"
  scalable_target_action {
    min_capacity = 1
    max_capacity = var.night_max
  }
}
