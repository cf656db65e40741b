"""The way in for clients of boto3 and aiobotocore, made before or meanwhile.

interception   how every client is led here
client_events  the events by which one client's requests are answered; async_events for aiobotocore
replies        HTTP responses as botocore has them, without HTTP
"""
