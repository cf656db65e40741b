"""The way in for clients of boto3 and aiobotocore, made before or meanwhile.

interception                  how every client is led here
client_events, async_events   the events by which requests are answered: of a boto3 client, of one of aiobotocore
replies                       HTTP responses as botocore has them, without HTTP
"""
