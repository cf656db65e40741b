"""Operations on resource policies, and what they share.

policy_text    what a policy may say, how it is told, what means the same
policy_holder  the table or stream that a policy is attached to
policy_change  when a policy can change, and when a change shows
"""
